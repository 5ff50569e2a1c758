#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "nodes/serve/stream.h"
#include "trust/tls/credentials.h"

namespace gnc::nodes {

// One party's way to its gateway: one channel with the party's certificate, and the streams on it, one after
// the other.
class GatewayLink {
 public:
  // The handlers of `surroundings` must outlive this; handshake_failure and gone are filled in here.
  GatewayLink(const trust::Identity& identity, Stream::Surroundings surroundings);
  // stop() first.
  ~GatewayLink();

  // Any thread. What is for a stream that is gone is dropped.
  void perform(Send send);
  // Writes what the last sends left waiting.
  void flush();
  void check_peer();

  // Opens no more streams, lets the present one write what waits, and returns when it is gone; breaks it off
  // after `patience`.
  void stop(std::chrono::milliseconds patience);

 private:
  std::shared_ptr<Stream> current() const;
  void open(const OpenStream& hello);

  Stream::Surroundings surroundings_;
  trust::ClientCredentials credentials_;
  std::unique_ptr<grpc::GenericStub> stub_;

  mutable std::mutex mutex_;
  std::condition_variable gone_;
  std::shared_ptr<Stream> current_;
  std::size_t streams_ = 0;
  bool stopping_ = false;
};

}  // namespace gnc::nodes
