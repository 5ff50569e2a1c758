#include "gateway/core/step.h"

#include <algorithm>

#include "gateway/core/delivery.h"
#include "gateway/core/exchange_states.h"
#include "gateway/core/invariant.h"
#include "proto/types/backoff.h"
#include "proto/types/known_bug.h"
#include "proto/wire/receipt_bytes.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway {

Step::Step(Memory& of, Instant at) : memory(of), now(at) {
  persist.step = memory.next_step++;
  if (memory.started) return;
  memory.started = true;
  memory.audit.append(persist, v1::AUDIT_KIND_STARTED, now, memory.config.name, 0, {}, 0);
}

void Step::touch(PartyIndex index) {
  Party& party = memory.parties[index];
  if (party.touched) return;
  party.touched = true;
  touched_.push_back(index);
}

// ---- Exchanges ----------------------------------------------------------------------------------

void Step::change(Slot slot, ExchangeState to, v1::ErrorCode reason, std::string detail) {
  LiveExchange& exchange = memory.live[slot];
  require(may_move(exchange.state, to), "an exchange moves only as its diagram has it");
  const bool was_waiting = exchange.state == ExchangeState::admitted;
  if (was_waiting && to != ExchangeState::admitted) {
    Party& recipient = memory.parties[exchange.recipient];
    if (exchange.place == Place::in_flight) {
      take_out_of_flight(slot);
    } else {
      recipient.queue.remove(memory.live, slot);
    }
    --recipient.undelivered;
    --memory.counters.waiting;
    touch(exchange.recipient);
  }
  exchange.state = to;
  StateChange change{.id = exchange.id,
                     .sequence = exchange.sequence,
                     .state = to,
                     .at = now,
                     .reason = reason,
                     .detail = std::move(detail),
                     .attempts = exchange.attempts,
                     .answer_due_at = {}};
  if (to == ExchangeState::delivered && exchange.answer_due) {
    // Until now it was the latest possible; where the agreement names no time, it stays the expiry.
    const Duration within = exchange.answer_due_at - exchange.expires_at;
    if (within > Duration{}) exchange.answer_due_at = now + within;
    change.answer_due_at = exchange.answer_due_at;
    memory.set_timer(slot);
  }
  persist.changes.push_back(std::move(change));

  GatewayCounters& counters = memory.counters;
  switch (to) {
    case ExchangeState::admitted:
      return;
    case ExchangeState::delivered:
      ++counters.delivered;
      break;
    case ExchangeState::processed:
      ++counters.processed;
      if (was_waiting) ++counters.delivered;
      break;
    case ExchangeState::refused:
      ++counters.refused;
      memory.count_refusal(reason);
      break;
    case ExchangeState::expired:
      ++counters.expired;
      break;
    case ExchangeState::dead_lettered:
      ++counters.dead_lettered;
      break;
  }
  if (is_terminal(to, exchange.answer_due)) {
    ++exchange.timer_generation;
    memory.settling.add_exchange(persist.step, slot);
  }
}

void Step::take_out_of_flight(Slot slot) {
  LiveExchange& exchange = memory.live[slot];
  memory.live.unlink(memory.parties[exchange.recipient].in_flight, slot);
  exchange.place = Place::none;
  --memory.counters.in_flight;
}

std::uint64_t Step::give_receipt(PartyIndex audience, std::string_view exchange, v1::ReceiptKind kind,
                                 std::string_view digest, v1::ErrorCode reason, const std::string& detail) {
  touch(audience);
  return receipts_.add(
      audience, memory.parties[audience].last_position,
      wire::receipt_bytes({exchange, kind, memory.config.name.text(), now, digest, reason, detail}));
}

void Step::pass_receipts_on(PartyIndex audience, SharedText sealed, std::uint32_t count) {
  touch(audience);
  receipts_.pass_on(audience, memory.parties[audience].last_position, std::move(sealed), count);
}

// ---- Sessions -----------------------------------------------------------------------------------

void Step::end_session(Session& session, Error reason) {
  const bool counted = reason.code != v1::PEER_REPLACED;
  send.emplace_back(EndSession{session.id, std::move(reason)});
  lose_session(session, counted);
}

void Step::lose_session(Session& session, bool counted) {
  Party& party = memory.parties[session.party];
  party.session = nullptr;
  touch(session.party);
  std::vector<Slot> lost;
  for (Slot slot = party.in_flight.head; slot != no_slot; slot = memory.live[slot].queue.next)
    lost.push_back(slot);
  for (const Slot slot : lost) take_out_of_flight(slot);
  std::sort(lost.begin(), lost.end(),
            [this](Slot a, Slot b) { return memory.live[a].sequence < memory.live[b].sequence; });
  party.queue.return_to_front(memory.live, lost);
  if (counted && !lost.empty()) count_failed_attempts(session.party, lost);
  memory.sessions.erase(session.id);
}

void Step::count_failed_attempts(PartyIndex index, const std::vector<Slot>& lost) {
  Party& party = memory.parties[index];
  const GatewayConfig& config = memory.config;
  ++party.failures;
  party.window = std::max(1u, std::min(party.window, static_cast<std::uint32_t>(lost.size())) / 4);
  party.backoff_until = now + backoff(party.failures, config.retry_base, config.retry_ceiling, party.jitter);
  for (const Slot slot : lost) {
    LiveExchange& exchange = memory.live[slot];
    if (GNC_KNOWN_BUG(retry_forgets_expiry)) ++exchange.timer_generation;
    if (++exchange.attempts < config.max_attempts) {
      change(slot, ExchangeState::admitted);
      continue;
    }
    std::string detail = "Sent " + std::to_string(exchange.attempts) + " times to " + party.name.text() +
                         ", which gave no receipt for it.";
    give_receipt(exchange.sender, exchange.id.view(), v1::RECEIPT_KIND_DEAD_LETTERED, exchange.digest.view(),
                 v1::DELIVERY_ATTEMPTS_EXHAUSTED, detail);
    change(slot, ExchangeState::dead_lettered, v1::DELIVERY_ATTEMPTS_EXHAUSTED, std::move(detail));
  }
  memory.timers.push({party.backoff_until, index, 0, Timer::Kind::retry});
}

// ---- The end of the step ------------------------------------------------------------------------

Effects Step::finish() {
  seal_receipts();
  memory.audit.sign(persist, now, *memory.signer);
  // By party, so that the order of events within the step does not matter to anyone.
  std::sort(touched_.begin(), touched_.end());
  for (const PartyIndex index : touched_) send_to(index);
  return {std::move(persist), std::move(send), std::move(replies), next_wake()};
}

void Step::seal_receipts() {
  for (auto& [index, audience] : receipts_.audiences()) {
    const PartyName& name = memory.parties[index].name;
    std::uint64_t position = audience.first_position;
    for (ReceiptsInProgress::Record& record : audience.records) {
      std::vector<Digest>& leaves = leaves_.emplace_back();
      if (!record.own.empty()) {
        const trust::SealRequest request{v1::SealStatement::PURPOSE_RECEIPTS, name.text(), now};
        trust::SealedBytes sealed = trust::seal_bytes(record.own, request, *memory.signer);
        record.sealed = std::move(sealed.bytes);
        leaves = std::move(sealed.leaves);
      }
      memory.audit.append(persist, v1::AUDIT_KIND_RECEIPTS_RECORDED, now, name, position, record.sealed,
                          record.count);
      persist.receipts.push_back({name, position++, now, std::move(record.sealed)});
      audiences_.push_back(index);
    }
  }
}

void Step::send_to(PartyIndex index) {
  Party& party = memory.parties[index];
  party.touched = false;
  send_receipts(index);
  if (party.session == nullptr) return;
  Session& session = *party.session;
  // All of it: a node may wait for as much as the whole window, where one batch fills that.
  if (session.submission_owed > 0) {
    send.emplace_back(SendCredit{session.id, session.submission_owed});
    session.submission_credit += session.submission_owed;
    session.submission_owed = 0;
  }
  deliver(*this, index);
}

void Step::send_receipts(PartyIndex index) {
  Party& party = memory.parties[index];
  // Positions of earlier steps are on record by the time that this step's sends are carried out.
  const std::uint64_t on_record = party.last_position;
  if (party.session != nullptr) {
    const SessionId session = party.session->id;
    if (party.resume && party.resume_after < on_record) {
      send.emplace_back(ResendReceipts{session, party.name, party.resume_after + 1, on_record});
    }
    auto& again = party.show_again;
    std::sort(again.begin(), again.end());
    again.erase(std::unique(again.begin(), again.end()), again.end());
    for (std::size_t i = 0; i < again.size();) {
      std::size_t end = i + 1;
      while (end < again.size() && again[end] == again[end - 1] + 1) ++end;
      send.emplace_back(ResendReceipts{session, party.name, again[i], again[end - 1]});
      i = end;
    }
  }
  party.show_again.clear();
  party.resume = false;
  // persist.receipts are by audience, in order of position.
  const auto [first, end] = std::equal_range(audiences_.begin(), audiences_.end(), index);
  for (auto at = first; at != end; ++at) {
    const auto number = static_cast<std::size_t>(at - audiences_.begin());
    const ReceiptsRecord& record = persist.receipts[number];
    party.last_position = record.position;
    if (party.session != nullptr) {
      send.emplace_back(
          SendReceipts{party.session->id, record.position, record.bytes, std::move(leaves_[number])});
    }
  }
}

Instant Step::next_wake() {
  Timers& timers = memory.timers;
  while (!timers.empty() && !memory.is_valid(timers.first())) timers.pop();
  return timers.empty() ? Instant{} : timers.first().at;
}

}  // namespace gnc::gateway
