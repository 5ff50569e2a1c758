#include "gateway/core/delivery.h"

#include <algorithm>

namespace gnc::gateway {
namespace {

// An envelope that has been lost as often as half of its attempts is sent alone, so that no other is given up
// for its sake.
bool is_suspect(const LiveExchange& exchange, const GatewayConfig& config) {
  return exchange.attempts > 0 && exchange.attempts * 2 >= config.max_attempts;
}

// Fills frames; what is of one batch and next to each other stays so.
class Frames {
 public:
  Frames(Step& step, SessionId session) : step_(step), session_(session) {}

  void add(const LiveExchange& exchange) {
    const GatewayConfig& config = step_.memory.config;
    if (!frame_.empty() && (frame_.size() >= config.delivery_frame_envelopes ||
                            bytes_ + exchange.size > config.delivery_frame_bytes)) {
      flush();
    }
    frame_.push_back(exchange.location);
    bytes_ += exchange.size;
  }

  void flush() {
    if (frame_.empty()) return;
    step_.send.emplace_back(SendDeliveries{session_, std::move(frame_)});
    frame_ = {};
    bytes_ = 0;
  }

 private:
  Step& step_;
  SessionId session_;
  std::vector<EnvelopeLocation> frame_;
  std::uint64_t bytes_ = 0;
};

void await_receipt(Step& step, Party& party, PartyIndex index) {
  party.session->silent_since = step.now;
  if (party.silence_timer_set) return;
  party.silence_timer_set = true;
  step.memory.timers.push({step.now + step.memory.config.receipt_timeout, index, 0, Timer::Kind::silence});
}

}  // namespace

void deliver(Step& step, PartyIndex index) {
  Memory& memory = step.memory;
  Party& party = memory.parties[index];
  if (party.session == nullptr || step.now < party.backoff_until) return;
  Session& session = *party.session;
  if (party.in_flight.head != no_slot && is_suspect(memory.live[party.in_flight.head], memory.config)) return;

  Frames frames(step, session.id);
  while (session.delivery_credit > 0 && party.in_flight.size < party.window) {
    const Slot slot = party.queue.next(memory.live);
    if (slot == no_slot) break;
    LiveExchange& exchange = memory.live[slot];
    const bool suspect = is_suspect(exchange, memory.config);
    if (suspect && party.in_flight.size > 0) break;
    if (party.in_flight.size == 0) await_receipt(step, party, index);
    party.queue.take(memory.live, slot);
    memory.live.push_back(party.in_flight, slot);
    exchange.place = Place::in_flight;
    --session.delivery_credit;
    ++memory.counters.in_flight;
    if (exchange.sent_before) ++memory.counters.redelivered;
    exchange.sent_before = true;
    frames.add(exchange);
    if (suspect) break;
  }
  frames.flush();
}

void note_progress(Step& step, Party& party) {
  party.failures = 0;
  if (party.window < unlimited_window) ++party.window;
  if (party.session != nullptr) party.session->silent_since = step.now;
}

}  // namespace gnc::gateway
