#include "nodes/core/exchanges.h"

#include <algorithm>

#include "proto/types/backoff.h"
#include "proto/types/error.h"

namespace gnc::nodes {
void Exchanges::add(const OutgoingRecord& record) {
  open_.emplace(record.id, Open{record.batch, record.number, record.recipient, record.reference,
                                record.digest, record.state, record.answer_due, record.answer_expected, 0});
}

void Exchanges::receipted(const trust::OpenedBatch& batch, StepWork& work) {
  wire::ReceiptReader reader;
  for (const trust::OpenedItem& item : batch.items) {
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) continue;
    const auto receipt = reader.read(item.content);
    if (receipt && receipt->issuer == batch.signer.text()) apply(*receipt, batch.signer, work);
  }
}

void Exchanges::apply(const wire::PlainReceipt& receipt, const PartyName& issuer, StepWork& work) {
  const auto id = Uuid::from_bytes(receipt.exchange);
  const auto found = id ? open_.find(*id) : open_.end();
  if (found == open_.end()) return;
  const Open& open = found->second;
  if (receipt.envelope_digest != open.digest.view()) return;
  const bool from_gateway = issuer == config_.gateway;
  const bool from_recipient = issuer == open.recipient;
  switch (receipt.kind) {
    case v1::RECEIPT_KIND_ADMITTED:
      if (from_gateway) advance(found, OutgoingState::admitted, {}, {}, work);
      return;
    case v1::RECEIPT_KIND_DELIVERED:
      if (from_recipient) advance(found, OutgoingState::delivered, {}, {}, work);
      return;
    case v1::RECEIPT_KIND_PROCESSED:
      if (from_recipient) advance(found, OutgoingState::processed, {}, {}, work);
      return;
    case v1::RECEIPT_KIND_REFUSED:
      if (from_gateway || from_recipient) refused(found, receipt, work);
      return;
    case v1::RECEIPT_KIND_EXPIRED:
      if (from_gateway) advance(found, OutgoingState::expired, receipt.reason, receipt.detail, work);
      return;
    case v1::RECEIPT_KIND_DEAD_LETTERED:
      if (from_gateway) advance(found, OutgoingState::dead_lettered, receipt.reason, receipt.detail, work);
      return;
    default:
      return;
  }
}

void Exchanges::refused(OpenMap::iterator found, const wire::PlainReceipt& receipt, StepWork& work) {
  Open& open = found->second;
  const bool again = open.state == OutgoingState::sealed && receipt.issuer == config_.gateway.text() &&
                     catalogue_entry(receipt.reason).retryable;
  if (!again) {
    advance(found, OutgoingState::refused, receipt.reason, receipt.detail, work);
    return;
  }
  const Duration wait = backoff(++open.attempts, config_.resubmit_base, config_.resubmit_ceiling, random_);
  outbox_.resubmit(open.batch, work.now + wait);
}

// Later facts imply the earlier ones, so a receipt that comes late says nothing new.
void Exchanges::advance(OpenMap::iterator found, OutgoingState state, v1::ErrorCode reason,
                        std::string_view detail, StepWork& work) {
  Open& open = found->second;
  if (state <= open.state) return;
  if (open.state == OutgoingState::sealed) outbox_.resolved(open.batch);
  open.state = state;
  work.persist.changes.push_back({found->first, open.number, state, work.now, reason, std::string(detail)});

  const bool terminal = is_terminal(state, open.answer_due);
  if (state == OutgoingState::processed && open.answer_expected) {
    const Instant until = work.now + config_.answer_patience;
    processed_.emplace(found->first, Processed{open.recipient, std::move(open.reference), until});
    patience_.emplace(until, found->first);
  } else if (NodeEvent* event =
                 work.log.stage(event_of(state), found->first, open.recipient, open.reference)) {
    if (reason != v1::ERROR_CODE_UNSPECIFIED || !detail.empty()) {
      EventLog::words(*event).reason = reason;
      EventLog::words(*event).detail = detail;
    }
  }
  if (terminal) open_.erase(found);
}

void Exchanges::answered(const Uuid& id, const PartyName& by, const std::string& function_code,
                         StepWork& work) {
  const auto tell = [&](const PartyName& peer, const SharedText& reference) {
    if (NodeEvent* event = work.log.stage(v1::EVENT_KIND_PROCESSED, id, peer, reference)) {
      EventLog::words(*event).function_code = function_code;
    }
  };
  if (const auto found = open_.find(id); found != open_.end()) {
    Open& open = found->second;
    if (open.recipient != by) return;
    if (open.state == OutgoingState::sealed) outbox_.resolved(open.batch);
    work.persist.changes.push_back({id, open.number, OutgoingState::processed, work.now, {}, {}});
    tell(open.recipient, open.reference);
    open_.erase(found);
  } else if (const auto waits = processed_.find(id); waits != processed_.end()) {
    if (waits->second.recipient != by) return;
    tell(waits->second.recipient, waits->second.reference);
    const auto [first, last] = patience_.equal_range(waits->second.at);
    const auto entry = std::find_if(first, last, [&](const auto& due) { return due.second == id; });
    if (entry != last) patience_.erase(entry);
    processed_.erase(waits);
  }
}

void Exchanges::time_passed(StepWork& work) {
  while (!patience_.empty() && patience_.begin()->first <= work.now) {
    const auto found = processed_.find(patience_.begin()->second);
    if (found != processed_.end()) {
      work.log.stage(v1::EVENT_KIND_PROCESSED, found->first, found->second.recipient,
                     found->second.reference);
      processed_.erase(found);
    }
    patience_.erase(patience_.begin());
  }
}

void Exchanges::clock_stepped(Duration by) {
  std::multimap<Instant, Uuid> patience;
  for (const auto& [at, id] : patience_) patience.emplace(at + by, id);
  patience_ = std::move(patience);
  for (auto& [id, waits] : processed_) waits.at = waits.at + by;
}

void Exchanges::describe(const Uuid& id, NodeEvent& event) const {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  event.peer = found->second.recipient;
  event.reference = found->second.reference;
}

}  // namespace gnc::nodes
