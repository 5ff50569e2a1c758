#pragma once

#include <stdlib.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "gateway/serve/gateway.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/exchange.grpc.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "tests/gateway/store/records.h"
#include "trust/pki/pki.h"
#include "trust/seal/signer.h"
#include "trust/tls/credentials.h"

namespace gnc::gateway::testing {

// A gateway with a PKI, an agreement between NZ and CN, and folders that are removed at the end.
class World {
 public:
  World();
  ~World();

  // Starts the gateway, again after stop(). `change` may alter its options first.
  void start(const std::function<void(GatewayOptions&)>& change = {});
  void stop() { gateway_.reset(); }

  Gateway& gateway() { return *gateway_; }
  trust::Pki& pki() { return *pki_; }
  const std::filesystem::path& folder() const { return folder_; }

  // The identity's folder of a certificate that is good for a day.
  std::filesystem::path issue(std::string_view name);
  std::shared_ptr<grpc::Channel> channel(const std::filesystem::path& identity_folder,
                                         int max_message = 64 << 20);

 private:
  std::filesystem::path folder_;
  std::unique_ptr<trust::Pki> pki_;
  std::unique_ptr<Gateway> gateway_;
};

struct EnvelopeWish {
  std::string sender = "NZ";
  std::string recipient = "CN";
  std::string message = "notice";
  std::string body = "structured bytes";
};
// A new envelope, serialised.
std::string envelope(const EnvelopeWish& wish = {});
// A SealedBatch of envelopes, or of receipts for `audience`, serialised.
std::string sealed(const std::vector<std::string>& contents, trust::Signer& signer,
                   const std::string& audience = {});

// A stream to the gateway in a hand-written client's hands; what arrives is kept.
class Client {
 public:
  Client(const std::shared_ptr<grpc::Channel>& channel, bool compressed = false);
  // Breaks off.
  ~Client();

  void hello(std::string_view party, std::uint32_t credit = 1000, std::uint64_t recorded_up_to = 0);
  bool send(const v1::NodeFrame& frame);
  bool submit(const std::string& batch);

  // Waits until `condition` holds of what has arrived; false at the deadline or at the stream's end.
  bool wait(const std::function<bool(const Client&)>& condition,
            std::chrono::milliseconds patience = std::chrono::seconds(10));
  // The stream's end.
  grpc::Status status(std::chrono::milliseconds patience = std::chrono::seconds(10));
  void writes_done() { stream_->WritesDone(); }

  // To be read in wait()'s condition or after status().
  std::vector<v1::Welcome> welcomes;
  std::vector<std::string> deliveries;
  std::vector<v1::PositionedReceipts> receipts;
  std::uint64_t credit = 0;

  std::vector<v1::Receipt> all_receipts() const;
  std::vector<v1::Envelope> all_envelopes() const;

 private:
  void read();

  std::unique_ptr<v1::Exchange::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::NodeFrame, v1::GatewayFrame>> stream_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool ended_ = false;
  grpc::Status status_;
  std::thread reader_;
};

}  // namespace gnc::gateway::testing
