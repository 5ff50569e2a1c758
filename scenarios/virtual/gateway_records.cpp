#include "scenarios/virtual/gateway_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "gateway/core/exchange_states.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/wire/frame_codec.h"

namespace gnc::scenarios {
namespace {

using gateway::ExchangeRecord;
using gateway::ExchangeState;
using End = ExchangeTrack::End;

End end_of(ExchangeState state) {
  switch (state) {
    case ExchangeState::admitted:
      return End::none;
    case ExchangeState::delivered:
      return End::delivered;
    case ExchangeState::processed:
      return End::processed;
    case ExchangeState::refused:
      return End::refused;
    case ExchangeState::expired:
      return End::expired;
    case ExchangeState::dead_lettered:
      return End::dead_lettered;
  }
  return End::none;
}

}  // namespace

GatewayRecords::GatewayRecords(FactBook& facts, PartyName gateway, bool read_receipts)
    : facts_(facts), gateway_(std::move(gateway)), reads_receipts_(read_receipts) {}

void GatewayRecords::apply(gateway::Transaction&& transaction) {
  if (!transaction.empty() && transaction.step <= last_step_) {
    facts_.contradicted(fmt::format("the gateway's step {} comes after {}", transaction.step, last_step_));
  }
  last_step_ = std::max(last_step_, transaction.step);
  for (gateway::BatchRecord& batch : transaction.batches) {
    if (batch.number <= last_batch_) {
      facts_.contradicted(fmt::format("the gateway records batch {} twice", batch.number));
    }
    last_batch_ = std::max(last_batch_, batch.number);
    batches_[batch.number].bytes = batch.bytes.shared();
  }
  for (ExchangeRecord& record : transaction.exchanges) insert(std::move(record));
  for (const gateway::StateChange& changed : transaction.changes) change(changed);
  for (gateway::RefusalRecord& refusal : transaction.refusals) {
    if (!refusal.authentic) continue;
    if (const auto id = Uuid::from_bytes(refusal.id)) {
      refusals_.try_emplace({*id, refusal.digest}, std::move(refusal));
    }
  }
  for (gateway::ConversationRecord& moved : transaction.conversations) {
    conversations_.insert_or_assign({moved.id, std::move(moved.agreement)}, std::move(moved.place));
  }
  for (gateway::ReceiptsRecord& receipts : transaction.receipts) {
    Audience& audience = audiences_[receipts.audience];
    if (receipts.position != audience.last_position + 1) {
      facts_.contradicted(fmt::format("receipts for {} are recorded at {} after {}", receipts.audience.text(),
                                      receipts.position, audience.last_position));
    }
    audience.last_position = std::max(audience.last_position, receipts.position);
    if (reads_receipts_) read_receipts(receipts.bytes);
    audience.kept.push_back({receipts.position, receipts.bytes.shared()});
    facts_.sealed(audience.kept.back().bytes);
  }
  for (const gateway::CursorRecord& cursor : transaction.cursors) {
    Audience& audience = audiences_[cursor.party];
    audience.recorded_up_to = std::max(audience.recorded_up_to, cursor.position);
    while (!audience.keeps_all && !audience.kept.empty() &&
           audience.kept.front().position <= audience.recorded_up_to) {
      audience.kept.pop_front();
    }
  }
  for (const gateway::AuditRecord& entry : transaction.audit) {
    if (entry.number != audit_.size()) {
      facts_.contradicted(fmt::format("audit entry {} comes after {}", entry.number, audit_.size()));
    }
    audit_.append(entry.leaf);
  }
}

void GatewayRecords::insert(ExchangeRecord&& record) {
  RecordedExchange& fact = facts_.change(record.id);
  if (fact.at_gateway) {
    facts_.contradicted(fmt::format("the gateway records exchange {} twice", record.id.text()));
  }
  fact.at_gateway = true;
  fact.end = end_of(record.state);
  fact.passage =
      facts_.passage(record.sender.text(), record.recipient.text(), record.agreement, record.message);
  fact.admitted_at = record.admitted_at;
  facts_.admitted(record.id, record.conversation, record.sequence);
  last_sequence_ = std::max(last_sequence_, record.sequence);
  ++batches_[record.location.batch].waiting;
  const Uuid id = record.id;
  exchanges_.put(id, std::move(record));
}

void GatewayRecords::change(const gateway::StateChange& changed) {
  ExchangeRecord* found = exchanges_.find(changed.id);
  if (found == nullptr) {
    facts_.contradicted(fmt::format("the gateway changes {}, which is not on record", changed.id.text()));
    return;
  }
  ExchangeRecord& record = *found;
  if (!gateway::may_move(record.state, changed.state)) {
    facts_.contradicted(fmt::format("exchange {} moves from state {} to {}", changed.id.text(),
                                    static_cast<int>(record.state), static_cast<int>(changed.state)));
  }
  if (record.state == ExchangeState::admitted && changed.state != ExchangeState::admitted) {
    leave_batch(record.location.batch);
  }
  record.state = changed.state;
  record.attempts = changed.attempts;
  if (changed.answer_due_at != Instant{}) record.answer_due_at = changed.answer_due_at;
  facts_.change(changed.id).end = end_of(changed.state);
}

void GatewayRecords::leave_batch(std::uint64_t number) {
  const auto found = batches_.find(number);
  if (found != batches_.end() && --found->second.waiting == 0) delivered_batches_.push_back(number);
}

void GatewayRecords::sweep() {
  for (const std::uint64_t number : delivered_batches_) {
    const auto found = batches_.find(number);
    if (found != batches_.end() && found->second.waiting == 0) batches_.erase(found);
  }
  delivered_batches_.clear();
}

void GatewayRecords::read_receipts(std::string_view sealed) {
  v1::SealedBatch batch;
  v1::Receipt receipt;
  if (!batch.ParseFromArray(sealed.data(), static_cast<int>(sealed.size()))) return;
  for (const v1::SealedItem& item : batch.items()) {
    if (!receipt.ParseFromString(item.content())) continue;
    const auto id = Uuid::from_bytes(receipt.exchange());
    const ExchangeRecord* found = id ? exchanges_.find(*id) : nullptr;
    // What was refused at the door, or under another's id, says nothing about this exchange.
    if (found == nullptr || receipt.envelope_digest() != found->digest.view()) continue;
    switch (receipt.kind()) {
      case v1::RECEIPT_KIND_PROCESSED:
        facts_.change(*id).positive_end = true;
        break;
      case v1::RECEIPT_KIND_REFUSED:
        if (receipt.issuer() == gateway_.text() && catalogue_entry(receipt.reason()).retryable) break;
        [[fallthrough]];
      case v1::RECEIPT_KIND_EXPIRED:
      case v1::RECEIPT_KIND_DEAD_LETTERED:
        facts_.change(*id).negative_end = true;
        break;
      default:
        break;
    }
  }
}

gateway::RestoredState GatewayRecords::restore() const {
  gateway::RestoredState restored;
  restored.next_step = last_step_ + 1;
  restored.next_batch = last_batch_ + 1;
  restored.next_sequence = last_sequence_ + 1;
  restored.audit = audit_;
  restored.known = RecentIds(0, remembered_ids);
  exchanges_.each([&restored](const Uuid& id, const ExchangeRecord& record) {
    restored.known.insert(id);
    if (!gateway::is_terminal(record.state, record.answer_due)) restored.live.push_back(record);
  });
  std::ranges::sort(restored.live, {}, &ExchangeRecord::sequence);
  for (const auto& [key, refusal] : refusals_) restored.known.insert(key.first);
  for (const auto& [party, audience] : audiences_) {
    restored.receipts.push_back({party, audience.last_position, audience.recorded_up_to});
  }
  return restored;
}

std::optional<ExchangeRecord> GatewayRecords::exchange(const Uuid& id) const {
  const ExchangeRecord* found = exchanges_.find(id);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::optional<gateway::RefusalRecord> GatewayRecords::refusal(const Uuid& id, const Digest& digest) const {
  const auto found = refusals_.find({id, digest});
  if (found == refusals_.end()) return std::nullopt;
  return found->second;
}

std::optional<model::ConversationPlace> GatewayRecords::conversation(const Uuid& id,
                                                                     std::string_view agreement) const {
  const auto found = conversations_.find({id, std::string(agreement)});
  if (found == conversations_.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<std::shared_ptr<const std::string>>> GatewayRecords::sealed_batches(
    std::span<const gateway::EnvelopeLocation> envelopes) const {
  std::vector<std::shared_ptr<const std::string>> sealed;
  std::vector<std::uint64_t> indexes;
  for (auto at = envelopes.begin(); at != envelopes.end();) {
    const std::uint64_t number = at->batch;
    indexes.clear();
    do {
      indexes.push_back(at->index);
      ++at;
    } while (at != envelopes.end() && at->batch == number && at->index > indexes.back());
    const auto batch = batches_.find(number);
    if (batch == batches_.end()) {
      return failure(v1::STORE_FAILED, fmt::format("batch {} is not on record", number));
    }
    const std::shared_ptr<const std::string>& whole = batch->second.bytes;
    // Rising indexes, as many as there are leaves and the last one the last leaf: all of them.
    const std::uint64_t leaves = wire::count_items(*whole);
    if (indexes.size() == leaves && indexes.back() + 1 == leaves) {
      sealed.push_back(whole);
      continue;
    }
    auto part = trust::extract(*whole, indexes);
    if (!part) return tl::unexpected(part.error());
    sealed.push_back(std::make_shared<const std::string>(std::move(*part)));
  }
  return sealed;
}

std::vector<GatewayRecords::KeptReceipts> GatewayRecords::receipts(const PartyName& audience,
                                                                   std::uint64_t first,
                                                                   std::uint64_t last) const {
  std::vector<KeptReceipts> found;
  const auto of = audiences_.find(audience);
  if (of == audiences_.end()) return found;
  for (const KeptReceipts& kept : of->second.kept) {
    if (kept.position >= first && kept.position <= last) found.push_back(kept);
  }
  return found;
}

void GatewayRecords::forget(const Uuid& id) {
  exchanges_.erase(id);
  const auto first = refusals_.lower_bound({id, Digest{}});
  auto last = first;
  while (last != refusals_.end() && last->first.first == id) ++last;
  refusals_.erase(first, last);
}

GatewayRecords::Size GatewayRecords::size() const {
  Size size{exchanges_.size(), batches_.size(), 0, refusals_.size()};
  for (const auto& [party, audience] : audiences_) size.receipts += audience.kept.size();
  return size;
}

}  // namespace gnc::scenarios
