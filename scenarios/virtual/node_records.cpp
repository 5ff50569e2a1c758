#include "scenarios/virtual/node_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "proto/types/text_hash.h"

namespace gnc::scenarios {

using nodes::OutgoingRecord;
using nodes::OutgoingState;

void NodeRecords::apply(nodes::Transaction&& transaction) {
  for (nodes::OutboxBatchRecord& batch : transaction.batches) {
    if (batch.number <= last_batch_) {
      facts_.contradicted(fmt::format("a node records its batch {} twice", batch.number));
    }
    last_batch_ = std::max(last_batch_, batch.number);
    const std::uint64_t number = batch.number;
    if (keeps_documents_) sent_batches_[number] = batch.bytes;
    facts_.sealed(batch.bytes);
    batches_[number].record = std::move(batch);
  }
  for (OutgoingRecord& record : transaction.outgoing) {
    ++batches_[record.batch].sealed;
    if (record.number != ++last_number_) {
      facts_.contradicted(
          fmt::format("a node records its exchange {} after {}", record.number, last_number_ - 1));
    }
    const bool known = !record.reference.empty() && of_reference(record.reference) != nullptr;
    if (known) facts_.contradicted(fmt::format("a node records {} twice", record.reference));
    const Uuid id = record.id;
    if (outgoing_.find(id) != nullptr) continue;
    if (!record.reference.empty() && !known) by_reference_.insert(text_hash(record.reference), id);
    outgoing_.put(id, std::move(record));
  }
  for (const nodes::OutgoingChange& changed : transaction.changes) change(changed);
  for (nodes::ReceivedBatchRecord& batch : transaction.received_batches) {
    last_received_batch_ = std::max(last_received_batch_, batch.number);
    if (keeps_documents_) received_batches_[batch.number] = batch.bytes.shared();
  }
  for (nodes::ReceivedRecord& record : transaction.received) {
    RecordedExchange& fact = facts_.change(record.id);
    ++fact.times_received;
    facts_.arrived(record.id);
    const Uuid id = record.id;
    received_.put(id, std::move(record));
  }
  for (const nodes::DecisionRecord& decision : transaction.decisions) ++facts_.change(decision.id).decisions;
  for (const nodes::ReceiptsRecord& receipts : transaction.receipts) {
    receipts_recorded_up_to_ = std::max(receipts_recorded_up_to_, receipts.position);
  }
  for (nodes::NoteRecord& note : transaction.notes) {
    if (note.bytes) {
      notes_.insert_or_assign(std::move(note.name), *std::move(note.bytes));
    } else {
      notes_.erase(note.name);
    }
  }
}

std::optional<v1::CarriedDocument> NodeRecords::document(const Uuid& exchange) const {
  const std::string* bytes = nullptr;
  if (const nodes::ReceivedRecord* received = received_.find(exchange)) {
    const auto batch = received_batches_.find(received->batch);
    if (batch != received_batches_.end()) bytes = batch->second.get();
  } else if (const OutgoingRecord* sent = outgoing_.find(exchange)) {
    const auto batch = sent_batches_.find(sent->batch);
    if (batch != sent_batches_.end()) bytes = batch->second.get();
  }
  v1::SealedBatch sealed;
  if (bytes == nullptr || !sealed.ParseFromString(*bytes)) return std::nullopt;
  // Of a batch that was passed on, only some leaves are there, each by its place in the whole.
  for (const auto& item : sealed.items()) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(item.content()) || envelope.id() != exchange.view()) continue;
    return std::move(*envelope.mutable_document());
  }
  return std::nullopt;
}

void NodeRecords::change(const nodes::OutgoingChange& changed) {
  OutgoingRecord* found = outgoing_.find(changed.id);
  if (found == nullptr) {
    facts_.contradicted(fmt::format("a node changes {}, which is not on record", changed.id.text()));
    return;
  }
  OutgoingRecord& record = *found;
  if (changed.state <= record.state || nodes::is_terminal(record.state, record.answer_due)) {
    facts_.contradicted(fmt::format("at its sender exchange {} moves from state {} to {}", changed.id.text(),
                                    static_cast<int>(record.state), static_cast<int>(changed.state)));
  }
  if (record.state == OutgoingState::sealed) {
    const auto batch = batches_.find(record.batch);
    if (batch != batches_.end() && --batch->second.sealed == 0) batches_.erase(batch);
  }
  record.state = changed.state;
  record.changed_at = changed.at;
  record.reason = changed.reason;
  record.detail = changed.detail;
}

nodes::RestoredState NodeRecords::restore() const {
  nodes::RestoredState restored;
  restored.next_batch = last_batch_ + 1;
  restored.next_number = last_number_ + 1;
  restored.next_received_batch = last_received_batch_ + 1;
  restored.receipts_recorded_up_to = receipts_recorded_up_to_;
  outgoing_.each([&restored](const Uuid&, const OutgoingRecord& record) {
    if (!nodes::is_terminal(record.state, record.answer_due)) restored.open.push_back(record);
  });
  // In an order that does not come from a table.
  std::ranges::sort(restored.open, [](const OutgoingRecord& a, const OutgoingRecord& b) {
    return std::tie(a.batch, a.index) < std::tie(b.batch, b.index);
  });
  for (const auto& [number, batch] : batches_) {
    if (batch.sealed > 0) restored.unresolved.push_back(batch.record);
  }
  restored.received_ids = RecentIds(0, remembered_ids);
  received_.each(
      [&restored](const Uuid& id, const nodes::ReceivedRecord&) { restored.received_ids.insert(id); });
  outgoing_.each([&restored](const Uuid&, const OutgoingRecord& record) {
    if (!record.reference.empty()) restored.references.insert(record.reference);
  });
  for (const auto& [name, bytes] : notes_) restored.notes.push_back({name, bytes});
  return restored;
}

std::optional<nodes::ReceivedRecord> NodeRecords::received(const PartyName&, const Uuid& id) const {
  const nodes::ReceivedRecord* found = received_.find(id);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::optional<OutgoingRecord> NodeRecords::lodged(const PartyName&, std::string_view reference) const {
  const OutgoingRecord* record = of_reference(reference);
  if (record == nullptr) return std::nullopt;
  return *record;
}

const OutgoingRecord* NodeRecords::of_reference(std::string_view reference) const {
  const OutgoingRecord* record = nullptr;
  by_reference_.find(text_hash(reference), [&](const Uuid& id) {
    const OutgoingRecord* candidate = outgoing_.find(id);
    if (candidate != nullptr && candidate->reference == reference) record = candidate;
    return record != nullptr;
  });
  return record;
}

void NodeRecords::forget_outgoing(const Uuid& id) {
  const OutgoingRecord* found = outgoing_.find(id);
  if (found == nullptr) return;
  if (!found->reference.empty()) {
    by_reference_.erase(text_hash(found->reference), [&id](const Uuid& other) { return other == id; });
  }
  outgoing_.erase(id);
}

void NodeRecords::forget_received(const Uuid& id) { received_.erase(id); }

}  // namespace gnc::scenarios
