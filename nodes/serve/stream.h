#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>

#include "nodes/core/node_core.h"
#include "trust/tls/chain_verifier.h"

namespace gnc::nodes {

// One attempt at a stream to the gateway: says Hello, reads frames and passes them on as events, writes what
// waits. Keeps itself alive until gRPC has done with it.
class Stream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                     public std::enable_shared_from_this<Stream> {
 public:
  // All must outlive the stream. Called from gRPC's threads and from whoever calls flush().
  struct Surroundings {
    PartyName party;
    PartyName gateway;
    std::string address;
    std::shared_ptr<const trust::ChainVerifier> verifier;
    std::function<Error()> handshake_failure;
    std::function<Instant()> clock;
    // An event of `bytes` bytes for the core. False: read no more until `resume` is called.
    std::function<bool(Event event, std::size_t bytes, std::function<void()> resume)> take;
    // A frame with these envelopes is handed to the transport.
    std::function<void(std::vector<NodeEvent>& sent)> sent;
    // The stream is gone; after its StreamEnded has been taken.
    std::function<void()> gone;
  };

  Stream(StreamId id, const Surroundings& surroundings);

  StreamId id() const { return id_; }
  void start(grpc::GenericStub& stub, const OpenStream& hello);
  // Puts a part among what waits, without writing yet.
  void add(Send part);
  // Writes what waits, unless a write is under way: its end does it then.
  void flush();
  // Ends it at once, for this reason.
  void close(const Error& reason);
  // Ends it once what waits is written.
  void finish();
  // Ends it where the gateway's certificate does not hold any more.
  void check_peer();

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  Result<void> take_frame();
  Result<void> peer_holds();
  void read_on();
  void write_next();

  const StreamId id_;
  const Surroundings& around_;
  std::shared_ptr<Stream> self_;  // until OnDone
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;

  // Guards what follows. Held while an operation is started, so that none starts after the last.
  std::mutex mutex_;
  std::deque<Send> waiting_;
  bool welcomed_ = false;
  bool writing_ = false;
  bool finishing_ = false;
  bool writes_done_ = false;
  bool over_ = false;  // no operation may be started from outside
  Error closed_for_;   // by us
};

}  // namespace gnc::nodes
