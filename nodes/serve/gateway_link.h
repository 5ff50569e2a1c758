#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

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
  // The streams that are opened from now on show this certificate.
  void replace_identity(const trust::Identity& identity);

  // Opens no more streams, lets the present one write what waits, and returns when it is gone; breaks it off
  // after `patience`.
  void stop(std::chrono::milliseconds patience);

 private:
  std::shared_ptr<Stream> current() const;
  void open(const OpenStream& hello);
  void show(const trust::Identity& identity);
  void let_go_of_old_channels();

  Stream::Surroundings surroundings_;

  mutable std::mutex mutex_;
  trust::ClientCredentials credentials_;
  std::unique_ptr<grpc::GenericStub> stub_;
  // Of identities before this one. A stream must not be the last to hold its channel: see Stream::OnDone.
  std::vector<std::unique_ptr<grpc::GenericStub>> old_stubs_;
  bool current_is_on_stub_ = false;
  std::condition_variable gone_;
  std::shared_ptr<Stream> current_;
  std::size_t streams_ = 0;
  bool stopping_ = false;
};

}  // namespace gnc::nodes
