#include "gateway/core/expiry.h"

#include <algorithm>
#include <vector>

#include "proto/types/known_bug.h"

namespace gnc::gateway {
namespace {

void expire(Step& step, Slot slot) {
  const LiveExchange& exchange = step.memory.live[slot];
  const std::string& recipient = step.memory.parties[exchange.recipient].name.text();
  const bool delivered = exchange.state == ExchangeState::delivered;
  const v1::ErrorCode reason = delivered ? v1::ANSWER_OVERDUE : v1::ENVELOPE_EXPIRED;
  std::string detail =
      delivered ? recipient + " has not answered in time." : "Not delivered to " + recipient + " in time.";
  step.give_receipt(exchange.sender, exchange.id.view(), v1::RECEIPT_KIND_EXPIRED, exchange.digest.view(),
                    reason, detail);
  if (exchange.place == Place::in_flight && GNC_KNOWN_BUG(double_terminal_receipt)) return;
  step.change(slot, ExchangeState::expired, reason, std::move(detail));
}

void end_if_silent(Step& step, PartyIndex index) {
  Memory& memory = step.memory;
  Party& party = memory.parties[index];
  party.silence_timer_set = false;
  if (party.session == nullptr || party.in_flight.size == 0) return;
  const Instant due = party.session->silent_since + memory.config.receipt_timeout;
  if (due > step.now) {
    party.silence_timer_set = true;
    memory.timers.push({due, index, 0, Timer::Kind::silence});
    return;
  }
  step.end_session(
      *party.session,
      {v1::PEER_SILENT,
       std::to_string(party.in_flight.size) + " envelopes are in flight, and no receipt has come since " +
           std::to_string((step.now - party.session->silent_since).microseconds / 1000) + " ms.",
       party.name.text(),
       {}});
}

}  // namespace

void do_what_is_due(Step& step) {
  Memory& memory = step.memory;
  std::vector<Slot> expired;
  std::vector<Timer> others;
  while (!memory.timers.empty() && memory.timers.first().at <= step.now) {
    const Timer timer = memory.timers.first();
    memory.timers.pop();
    if (!memory.is_valid(timer)) continue;
    if (timer.kind == Timer::Kind::exchange) {
      expired.push_back(timer.subject);
    } else {
      others.push_back(timer);
    }
  }
  std::sort(expired.begin(), expired.end(),
            [&](Slot a, Slot b) { return memory.live[a].sequence < memory.live[b].sequence; });
  for (const Slot slot : expired) expire(step, slot);
  for (const Timer& timer : others) {
    if (timer.kind == Timer::Kind::retry) {
      step.touch(timer.subject);
    } else {
      end_if_silent(step, timer.subject);
    }
  }
}

}  // namespace gnc::gateway
