#include "gateway/core/memory.h"

#include <algorithm>

#include "gateway/core/exchange_states.h"
#include "gateway/core/invariant.h"
#include "proto/types/known_bug.h"

namespace gnc::gateway {
namespace {

std::uint8_t urgency_of(v1::Priority priority) {
  switch (priority) {
    case v1::PRIORITY_URGENT:
      return 0;
    case v1::PRIORITY_BULK:
      return 2;
    default:
      return 1;
  }
}

}  // namespace

Memory::Memory(GatewayConfig settings, std::shared_ptr<const model::AgreementBook> agreements,
               const ExchangeLookup& records, trust::Signer& key, Random random, RestoredState restored)
    : config(std::move(settings)),
      book(std::move(agreements)),
      lookup(records),
      signer(&key),
      next_step(restored.next_step),
      next_batch(restored.next_batch),
      next_sequence(restored.next_sequence),
      parties(config, random),
      live(random.child("live exchanges").next()),
      known(std::move(restored.known)),
      audit(std::move(restored.audit)) {
  if (GNC_KNOWN_BUG(duplicates_forgotten_at_restart)) known = RecentIds();
  for (const RestoredState::Receipts& receipts : restored.receipts) {
    Party& party = parties[meet(receipts.party)];
    party.last_position = receipts.last_position;
    party.recorded_up_to = receipts.recorded_up_to;
  }
  for (const ExchangeRecord& record : restored.live) {
    require(!is_terminal(record.state, record.answer_due), "what is restored as live is not over");
    keep(record);
  }
}

Slot Memory::keep(const ExchangeRecord& record) {
  require(live.find(record.id) == no_slot, "an id is kept once");
  const Slot slot = live.insert(record.id);
  LiveExchange& exchange = live[slot];
  exchange.conversation = record.conversation;
  exchange.digest = record.digest;
  exchange.location = record.location;
  exchange.sequence = record.sequence;
  exchange.expires_at = record.expires_at;
  exchange.answer_due_at = record.answer_due_at;
  exchange.admitted_receipt = record.admitted_receipt;
  exchange.size = record.size;
  exchange.attempts = record.attempts;
  exchange.sender = meet(record.sender);
  exchange.recipient = meet(record.recipient);
  exchange.urgency = urgency_of(record.priority);
  exchange.state = record.state;
  exchange.answer_due = record.answer_due;
  if (exchange.state == ExchangeState::admitted) {
    Party& recipient = parties[exchange.recipient];
    recipient.queue.push_back(live, slot);
    ++recipient.undelivered;
    ++counters.waiting;
  }
  set_timer(slot);
  return slot;
}

void Memory::set_timer(Slot slot) {
  LiveExchange& exchange = live[slot];
  const Instant at = exchange.state == ExchangeState::admitted ? exchange.expires_at : exchange.answer_due_at;
  timers.push({at, slot, ++exchange.timer_generation, Timer::Kind::exchange});
  timers.compact(live.size() + 2 * parties.size(), [this](const Timer& timer) { return is_valid(timer); });
}

bool Memory::is_valid(const Timer& timer) const {
  return timer.kind != Timer::Kind::exchange || live[timer.subject].timer_generation == timer.generation;
}

void Memory::shift_waits(Duration by) {
  for (PartyIndex index = 0; index < parties.size(); ++index) {
    Party& party = parties[index];
    if (party.backoff_until != Instant{}) party.backoff_until = party.backoff_until + by;
  }
  for (auto& [id, session] : sessions) session.silent_since = session.silent_since + by;
  timers.shift(by, [](const Timer& timer) { return timer.kind != Timer::Kind::exchange; });
}

void Memory::count_refusal(v1::ErrorCode code) {
  auto& counts = counters.refusals_by_code;
  const auto at =
      std::lower_bound(counts.begin(), counts.end(), code,
                       [](const auto& count, v1::ErrorCode wanted) { return count.first < wanted; });
  if (at != counts.end() && at->first == code) {
    ++at->second;
  } else {
    counts.insert(at, {code, 1});
  }
}

}  // namespace gnc::gateway
