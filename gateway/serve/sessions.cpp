#include "gateway/serve/sessions.h"

#include <fmt/format.h>

#include "gateway/serve/failure_status.h"
#include "gateway/serve/log.h"
#include "trust/tls/credentials.h"

namespace gnc::gateway {
namespace {

// A stream that is refused at once.
class RefusedStream final : public Sessions::Reactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

SessionId session_of(const Send& part) {
  return std::visit([](const auto& to) { return to.session; }, part);
}

}  // namespace

Sessions::Reactor* Sessions::open(grpc::CallbackServerContext& context) {
  auto session = admit(context);
  if (!session) {
    log_refusal(fmt::format("{} refused: {}", context.peer(), describe(session.error())));
    return new RefusedStream(failure_status(session.error()));
  }
  (*session)->start_reading();
  return session->get();
}

Result<std::shared_ptr<Session>> Sessions::admit(grpc::CallbackServerContext& context) {
  // The cheapest check comes first: a flood of streams must not cost a chain's verification each.
  if (!rate_.allows(context.peer(), std::chrono::steady_clock::now())) {
    return failure(v1::TOO_MANY_STREAMS, "streams are opened too fast on one connection");
  }
  auto peer = trust::check_peer(*context.auth_context(), shared_.verifier, shared_.clock());
  if (!peer) return tl::unexpected(peer.error());
  const std::lock_guard guard(mutex_);
  if (closed_) return tl::unexpected(*closed_);
  auto& open = by_party_[peer->party];
  if (open >= shared_.limits.streams_per_party) {
    return failure(v1::TOO_MANY_STREAMS,
                   fmt::format("{} has {} streams open, which is the most that one party may",
                               peer->party.text(), open));
  }
  ++open;
  const auto id = next_id_++;
  auto session = std::make_shared<Session>(shared_, id, std::move(*peer), context,
                                           [this](SessionId done) { remove(done); });
  sessions_.emplace(id, session);
  return session;
}

void Sessions::add(std::vector<Send> sends) {
  for (auto& part : sends) {
    auto& session = touched_[session_of(part)];
    if (!session) session = find(session_of(part));
    if (session) session->add(std::move(part));
  }
}

void Sessions::flush() {
  for (auto& [id, session] : touched_) {
    if (session) session->flush();
  }
  touched_.clear();
}

void Sessions::check() {
  rate_.forget_idle(std::chrono::steady_clock::now());
  const auto now = std::chrono::steady_clock::now();
  for (const auto& session : all()) session->check(now);
}

void Sessions::stop_reading() {
  for (const auto& session : all()) session->stop_reading();
}

bool Sessions::end_all(const Error& reason, std::chrono::milliseconds patience) {
  {
    const std::lock_guard guard(mutex_);
    closed_ = reason;
  }
  for (const auto& session : all()) {
    session->add(EndSession{session->id(), reason});
    session->flush();
  }
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, patience, [&] { return sessions_.empty(); });
}

std::size_t Sessions::count() const {
  const std::lock_guard guard(mutex_);
  return sessions_.size();
}

std::shared_ptr<Session> Sessions::find(SessionId id) const {
  const std::lock_guard guard(mutex_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Session>> Sessions::all() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::shared_ptr<Session>> sessions;
  sessions.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) sessions.push_back(session);
  return sessions;
}

void Sessions::remove(SessionId id) {
  // Let go outside of the lock.
  std::shared_ptr<Session> last;
  const std::lock_guard guard(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  last = std::move(found->second);
  sessions_.erase(found);
  if (const auto party = by_party_.find(last->party()); --party->second == 0) by_party_.erase(party);
  if (sessions_.empty()) emptied_.notify_all();
}

}  // namespace gnc::gateway
