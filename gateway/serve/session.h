#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "gateway/core/gateway_core.h"
#include "gateway/serve/core_thread.h"
#include "gateway/serve/limits.h"
#include "gateway/serve/outbox.h"
#include "proto/payload/payload_folder.h"
#include "trust/tls/chain_verifier.h"

namespace gnc::gateway {

// What every session shares; all of it outlives them.
struct SessionContext {
  const PartyName& gateway;
  const ServeLimits& limits;
  const trust::ChainVerifier& verifier;
  const CoreThread::Clock& clock;
  CoreThread& core;
  EnvelopeSource& envelopes;
  const GatewayStore& store;
  const std::function<void(const PartyName&)>& on_connected;
  const payload::PayloadFolder& payloads;
};

// One open stream of a node: reads frames and passes them to the core, writes what its outbox holds.
// Kept alive by the registry until gRPC has done with it.
class Session final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                      public std::enable_shared_from_this<Session> {
 public:
  // `on_done` is called once, last of all.
  Session(SessionContext shared, SessionId id, trust::VerifiedPeer peer, grpc::CallbackServerContext& context,
          std::function<void(SessionId)> on_done);

  SessionId id() const { return id_; }
  const PartyName& party() const { return peer_.party; }

  void start_reading();
  // Puts a part in the outbox without writing yet.
  void add(Send part);
  // Writes what waits, unless a write is under way: its end does it then.
  void flush();
  // Ends the stream with this status, after the frame being written.
  void end(const Error& reason);
  // Reads nothing more. What was read already is handled.
  void stop_reading();
  // Ends a stream whose peer may not be here any more, or that is not greeted in time; breaks one off that
  // should have ended and whose peer does not read.
  void check(std::chrono::steady_clock::time_point now);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // The frame as events for the core; an error ends the stream.
  Result<void> take_frame();
  Result<void> greet(const wire::HelloView& hello);
  void read_on();
  void write_next();
  void finish(grpc::Status status);
  void tell_core_of_the_end();

  SessionContext shared_;
  const SessionId id_;
  const trust::VerifiedPeer peer_;
  grpc::CallbackServerContext& context_;  // gRPC's, until OnDone
  const std::string address_;
  const std::shared_ptr<const grpc::AuthContext> identity_;
  const std::function<void(SessionId)> on_done_;
  const std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();

  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  Outbox outbox_;
  bool greeted_ = false;  // the reader's own

  // Guards what follows. Held while an operation is started, so that none starts after Finish.
  std::mutex mutex_;
  bool connected_ = false;  // the core knows of this session
  bool writing_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point finished_at_;
  bool reading_stopped_ = false;
  grpc::Status status_;
};

}  // namespace gnc::gateway
