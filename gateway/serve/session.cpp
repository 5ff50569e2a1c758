#include "gateway/serve/session.h"

#include <fmt/format.h>

#include "gateway/core/payload_terms.h"
#include "gateway/serve/failure_status.h"
#include "gateway/serve/log.h"
#include "trust/tls/credentials.h"

namespace gnc::gateway {
namespace {

constexpr std::uint32_t protocol_version = 1;
constexpr std::chrono::seconds patience_with_the_last_write{1};

}  // namespace

Session::Session(SessionContext shared, SessionId id, trust::VerifiedPeer peer,
                 grpc::CallbackServerContext& context, std::function<void(SessionId)> on_done)
    : shared_(shared),
      id_(id),
      peer_(std::move(peer)),
      context_(context),
      address_(context.peer()),
      identity_(context.auth_context()),
      on_done_(std::move(on_done)),
      outbox_(shared.gateway, shared.envelopes, shared.store) {}

void Session::start_reading() { read_on(); }

void Session::read_on() {
  const std::lock_guard guard(mutex_);
  if (finished_ || reading_stopped_) return;
  incoming_.Clear();
  StartRead(&incoming_);
}

void Session::stop_reading() {
  const std::lock_guard guard(mutex_);
  reading_stopped_ = true;
}

void Session::OnReadDone(bool ok) {
  if (!ok) {
    // The peer has said all that it will say, or is gone.
    finish(grpc::Status::OK);
    return;
  }
  {
    const std::lock_guard guard(mutex_);
    // Nothing of an unread frame has been acknowledged: the node sends it again elsewhere or later.
    if (finished_ || reading_stopped_) return;
  }
  if (const auto taken = take_frame(); !taken) end(taken.error());
}

Result<void> Session::take_frame() {
  const auto now = shared_.clock();
  // Trust can be withdrawn while a stream is open: checked for every frame, mostly from the verifier's cache.
  if (auto peer = trust::check_peer(*identity_, shared_.verifier, now); !peer)
    return tl::unexpected(peer.error());
  auto bytes = wire::read_frame(incoming_);
  if (!bytes) return tl::unexpected(bytes.error());
  incoming_.Clear();
  auto frame = wire::parse_node_frame(*bytes);
  if (!frame) return tl::unexpected(frame.error());
  if (frame->hello.has_value() == greeted_) {
    return failure(v1::HELLO_EXPECTED,
                   greeted_ ? "a later frame has a Hello" : "the first frame has no Hello");
  }
  if (frame->hello) {
    if (auto done = greet(*frame->hello); !done) return done;
  }
  FrameReceived event{.session = id_,
                      .submissions = {},
                      .receipts = {},
                      .credit = frame->credit,
                      .receipts_recorded_up_to = frame->receipts_recorded_up_to};
  const auto open_all = [&](const std::vector<std::string_view>& batches, std::vector<IncomingBatch>& into) {
    into.reserve(batches.size());
    for (const auto batch : batches) {
      IncomingBatch incoming{std::string(batch), failure(v1::SEAL_MALFORMED, "not opened")};
      incoming.opened = trust::open(incoming.bytes, shared_.verifier, now);
      if (incoming.opened) {
        incoming.missing_payloads =
            missing_payloads(*incoming.opened, [this](const PartyName& recipient, const Digest& digest) {
              return shared_.payloads.find(recipient, digest).has_value();
            });
      }
      into.push_back(std::move(incoming));
    }
  };
  open_all(frame->submissions, event.submissions);
  open_all(frame->receipts, event.receipts);
  const bool says_something = !event.submissions.empty() || !event.receipts.empty() || event.credit != 0 ||
                              event.receipts_recorded_up_to != 0;
  const bool may_read_on =
      !says_something || shared_.core.push(std::move(event), bytes->size(), [self = weak_from_this()] {
        if (const auto session = self.lock()) session->read_on();
      });
  if (may_read_on) read_on();
  return {};
}

Result<void> Session::greet(const wire::HelloView& hello) {
  if (hello.protocol != protocol_version) {
    return failure(v1::PROTOCOL_VERSION, fmt::format("the peer speaks version {}, this gateway {}",
                                                     hello.protocol, protocol_version));
  }
  if (hello.party != peer_.party.text()) {
    return failure(v1::SENDER_NOT_PEER, fmt::format("the Hello says '{}', the certificate '{}'",
                                                    hello.party.substr(0, 64), peer_.party.text()));
  }
  greeted_ = true;
  {
    const std::lock_guard guard(mutex_);
    if (finished_) return {};
    connected_ = true;
    shared_.core.push(PeerConnected{id_, peer_.party, hello.receipts_recorded_up_to, hello.credit});
  }
  log_event(fmt::format("{} connected from {} (session {})", peer_.party.text(), address_, id_));
  if (shared_.on_connected) shared_.on_connected(peer_.party);
  return {};
}

void Session::add(Send part) {
  if (outbox_.add(std::move(part)) > shared_.limits.waiting_bytes_per_session) {
    end({v1::PEER_SILENT, "it does not read the receipts that wait for it", {}, {}});
  }
}

void Session::flush() {
  {
    const std::lock_guard guard(mutex_);
    if (writing_ || finished_) return;
    writing_ = true;
  }
  write_next();
}

// Whoever has set writing_ is here alone.
void Session::write_next() {
  while (true) {
    auto next = outbox_.next();
    std::unique_lock lock(mutex_);
    if (!finished_ && next && next->frame) {
      outgoing_ = *next->frame;
      StartWrite(&outgoing_);
      return;
    }
    writing_ = false;
    if (finished_) {
      Finish(status_);
      return;
    }
    lock.unlock();
    if (!next) {
      log_failure(fmt::format("session {}: {}", id_, describe(next.error())));
      end(next.error());
      return;
    }
    if (next->end) {
      end(*next->end);
      return;
    }
    // Something may have been added since next() looked.
    if (outbox_.empty()) return;
    lock.lock();
    if (writing_ || finished_) return;
    writing_ = true;
  }
}

void Session::OnWriteDone(bool ok) {
  if (!ok) finish({grpc::StatusCode::CANCELLED, "the stream broke"});
  write_next();
}

void Session::end(const Error& reason) {
  bool first = false;
  {
    const std::lock_guard guard(mutex_);
    first = !finished_;
  }
  if (first) {
    log_refusal(fmt::format("{} from {} (session {}) ended: {}", peer_.party.text(), address_, id_,
                            describe(reason)));
  }
  finish(failure_status(reason));
}

void Session::finish(grpc::Status status) {
  tell_core_of_the_end();
  const std::lock_guard guard(mutex_);
  if (finished_) return;
  finished_ = true;
  finished_at_ = std::chrono::steady_clock::now();
  status_ = std::move(status);
  // A write under way ends first, then its end finishes.
  if (!writing_) Finish(status_);
}

void Session::tell_core_of_the_end() {
  const std::lock_guard guard(mutex_);
  if (!std::exchange(connected_, false)) return;
  shared_.core.push(PeerDisconnected{id_});
}

void Session::check(std::chrono::steady_clock::time_point now) {
  bool silent = false;
  {
    const std::lock_guard guard(mutex_);
    if (finished_) {
      // While a write is under way gRPC is not done, so the context is there.
      if (writing_ && now - finished_at_ > patience_with_the_last_write) context_.TryCancel();
      return;
    }
    silent = !connected_ && now - opened_ > std::chrono::seconds(shared_.limits.hello_seconds);
  }
  if (silent) {
    end({v1::PEER_SILENT, fmt::format("no Hello within {} s", shared_.limits.hello_seconds), {}, {}});
  } else if (auto peer = trust::check_peer(*identity_, shared_.verifier, shared_.clock()); !peer) {
    end(peer.error());
  }
}

void Session::OnCancel() { finish({grpc::StatusCode::CANCELLED, "cancelled"}); }

void Session::OnDone() {
  tell_core_of_the_end();
  // The last owner may let go in there.
  const auto on_done = on_done_;
  on_done(id_);
}

}  // namespace gnc::gateway
