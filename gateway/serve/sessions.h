#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <grpcpp/server_context.h>

#include "gateway/serve/session.h"
#include "gateway/serve/stream_rate.h"

namespace gnc::gateway {

// All open sessions: lets peers in or refuses them, carries the core's sends to them.
class Sessions {
 public:
  using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

  explicit Sessions(SessionContext shared) : shared_(shared) {}

  // A peer opens a stream. A peer that may not be here gets a status, before anything it sent is read.
  Reactor* open(grpc::CallbackServerContext& context);

  // What a step sends, in order; nothing is written before flush().
  void add(std::vector<Send> sends);
  // Writes to every session that add() has touched since. add() and flush() are one thread's.
  void flush();

  // Re-checks every session: identity, and whether it has said Hello in time.
  void check();
  void stop_reading();
  // Ends every session after what waits for it, and waits for them to be gone; false where they are not in
  // time. New streams are refused with the same reason.
  bool end_all(const Error& reason, std::chrono::milliseconds patience);

  std::size_t count() const;

 private:
  Result<std::shared_ptr<Session>> admit(grpc::CallbackServerContext& context);
  std::shared_ptr<Session> find(SessionId id) const;
  std::vector<std::shared_ptr<Session>> all() const;
  void remove(SessionId id);

  SessionContext shared_;
  StreamRate rate_{shared_.limits};
  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::unordered_map<SessionId, std::shared_ptr<Session>> sessions_;
  std::map<PartyName, std::size_t> by_party_;
  SessionId next_id_ = 1;
  std::optional<Error> closed_;
  std::unordered_map<SessionId, std::shared_ptr<Session>> touched_;
};

}  // namespace gnc::gateway
