#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.pb.h"
#include "gnc/v1/receipt.pb.h"

// A peer that keeps to no rule: any certificate, any frames, any bytes.
namespace gnc::connection {

inline constexpr std::chrono::seconds patience{10};

// The end of a stream as the peer sees it.
struct StreamEnd {
  int status = 0;  // grpc::StatusCode
  std::string message;

  // The catalogue code at the start of the message; unspecified where there is none.
  v1::ErrorCode code() const;
};

class RogueClient {
 public:
  struct Options {
    std::filesystem::path identity;  // node.crt, node.key; empty: no certificate
    bool gzip = false;
    bool plaintext = false;
  };
  // Opens a stream to the gateway at once; does not check the gateway's certificate.
  RogueClient(const std::string& address, const Options&);
  ~RogueClient();
  RogueClient(const RogueClient&) = delete;
  RogueClient& operator=(const RogueClient&) = delete;

  // Queues one message of exactly these bytes.
  void send_bytes(const std::string& bytes);
  // Queues one message of `length` zeros, which here takes little memory.
  void send_zeros(std::size_t length);
  void send(const v1::NodeFrame& frame) { send_bytes(frame.SerializeAsString()); }
  void send_hello(const std::string& party);

  // The next frame; none where the stream ended or `patience` ran out.
  std::optional<v1::GatewayFrame> read();
  // The next receipt about envelope `id` (any, where empty), of those in frames that come.
  std::optional<v1::Receipt> read_receipt(const std::string& id = {});
  // The next SealedBatch of receipts as it came.
  std::optional<std::string> read_receipts_bytes();
  // Reads frames until the stream ends; none where it is still open after `patience`.
  std::optional<StreamEnd> end();

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
  std::vector<v1::Receipt> receipts_;
};

}  // namespace gnc::connection
