#include "tests/gateway/core/reference_store.h"

#include <algorithm>

#include "gateway/core/exchange_states.h"

namespace gnc::gateway {
namespace {

bool is_positive(v1::ReceiptKind kind) {
  return kind == v1::RECEIPT_KIND_PROCESSED || kind == v1::RECEIPT_KIND_DELIVERED;
}

}  // namespace

std::vector<v1::Receipt> receipts_in(const std::string& sealed) {
  v1::SealedBatch batch;
  std::vector<v1::Receipt> receipts;
  if (!batch.ParseFromString(sealed)) return receipts;
  for (const v1::SealedItem& item : batch.items()) {
    v1::Receipt receipt;
    if (receipt.ParseFromString(item.content())) receipts.push_back(receipt);
  }
  return receipts;
}

void ReferenceStore::expect(bool holds, const std::string& promise) {
  if (!holds) broken.push_back("step " + std::to_string(last_step_) + ": " + promise);
}

void ReferenceStore::apply(const Transaction& transaction) {
  expect(transaction.step > last_step_, "steps rise");
  last_step_ = transaction.step;
  receipts_now_.clear();
  for (const BatchRecord& batch : transaction.batches) {
    expect(batch.number == batches_.size() + 1, "batches are numbered without gaps");
    batches_.emplace(batch.number, batch);
    v1::SealedBatch parsed;
    expect(parsed.ParseFromString(batch.bytes), "a batch is kept as it came");
    for (const v1::SealedItem& item : parsed.items()) {
      leaves_[{batch.number, static_cast<std::uint32_t>(item.leaf_index())}] =
          trust::leaf_hash(item.content());
    }
  }
  for (const ReceiptsRecord& record : transaction.receipts) record_receipts(record);
  for (const ExchangeRecord& record : transaction.exchanges) record_exchange(record);
  for (const StateChange& change : transaction.changes) change_exchange(change);
  for (const RefusalRecord& refusal : transaction.refusals) {
    expect(receipts_[refusal.peer.text()].contains(refusal.receipt), "a refusal has its receipt on record");
    refusals.push_back(refusal);
  }
  for (const ConversationRecord& moved : transaction.conversations) {
    conversations_.insert_or_assign({moved.id, moved.agreement}, moved.place);
  }
  for (const CursorRecord& cursor : transaction.cursors) {
    expect(cursor.position > cursors[cursor.party.text()], "a cursor only rises");
    cursors[cursor.party.text()] = cursor.position;
  }
  for (const AuditRecord& entry : transaction.audit) {
    expect(entry.number == audit.size(), "audit entries are numbered without gaps");
    expect(entry.leaf == trust::leaf_hash(entry.entry), "an audit leaf is its entry's hash");
    tree_.append(entry.leaf);
    audit.push_back(entry);
  }
  expect(transaction.heads.size() == (transaction.audit.empty() ? 0 : 1),
         "one head for each step that logged");
  for (const AuditHeadRecord& head : transaction.heads) {
    v1::Seal seal;
    v1::SealStatement statement;
    expect(seal.ParseFromString(head.seal) && statement.ParseFromString(seal.statement()) &&
               statement.purpose() == v1::SealStatement::PURPOSE_AUDIT_HEAD &&
               statement.tree_size() == tree_.size() && head.tree_size == tree_.size() &&
               statement.root() == tree_.root().view(),
           "a head signs the whole log");
    heads.push_back(head);
  }
  const std::size_t facts = transaction.batches.size() + transaction.receipts.size();
  expect(transaction.audit.size() >= facts && transaction.audit.size() <= facts + 1,
         "what is recorded is logged");
  check();
}

void ReferenceStore::record_receipts(const ReceiptsRecord& record) {
  auto& sequence = receipts_[record.audience.text()];
  expect(record.position == sequence.size() + 1, "receipts of a party are numbered without gaps");
  sequence[record.position] = record.bytes;
  for (const v1::Receipt& receipt : receipts_in(record.bytes)) {
    // What is refused for a reason that passes may come again: that is no end.
    if (catalogue_entry(receipt.reason()).retryable && receipt.kind() == v1::RECEIPT_KIND_REFUSED) continue;
    if (const auto id = Uuid::from_bytes(receipt.exchange())) {
      receipts_now_[{*id, receipt.envelope_digest()}].push_back(receipt.kind());
    }
  }
}

void ReferenceStore::record_exchange(const ExchangeRecord& record) {
  expect(!exchanges.contains(record.id), "an id is admitted once");
  expect(record.state == ExchangeState::admitted, "an exchange begins as admitted");
  const auto leaf = leaves_.find({record.location.batch, record.location.index});
  expect(leaf != leaves_.end() && leaf->second == record.digest, "an exchange's envelope is on record");
  expect(receipts_[record.sender.text()].contains(record.admitted_receipt),
         "what is admitted has its receipt");
  expect(std::ranges::count(receipts_now_[{record.id, std::string(record.digest.view())}],
                            v1::RECEIPT_KIND_ADMITTED) == 1,
         "what is admitted is receipted once");
  exchanges.insert({record.id, {record, {}}});
}

void ReferenceStore::change_exchange(const StateChange& change) {
  const auto found = exchanges.find(change.id);
  expect(found != exchanges.end(), "a change is about an exchange on record");
  if (found == exchanges.end()) return;
  Exchange& exchange = found->second;
  const ExchangeState before = exchange.record.state;
  expect(may_move(before, change.state), "an exchange moves as its diagram has it");
  const bool over = is_terminal(before, exchange.record.answer_due);
  expect(!over || (before == ExchangeState::dead_lettered && change.state == ExchangeState::admitted),
         "a terminal state is left by a replay only");
  exchange.record.state = change.state;
  exchange.record.attempts = change.attempts;
  if (change.answer_due_at != Instant{}) exchange.record.answer_due_at = change.answer_due_at;
  if (is_terminal(change.state, exchange.record.answer_due)) exchange.ends.push_back(change.state);
}

void ReferenceStore::check() {
  for (const auto& [about, kinds] : receipts_now_) {
    const auto& [id, digest] = about;
    const auto found = exchanges.find(id);
    if (found == exchanges.end() || found->second.record.digest.view() != digest) continue;
    const ExchangeRecord& record = found->second.record;
    for (const v1::ReceiptKind kind : kinds) {
      if (kind == v1::RECEIPT_KIND_ADMITTED) continue;
      if (kind == v1::RECEIPT_KIND_DELIVERED) {
        expect(record.state != ExchangeState::admitted, "no delivered receipt without a delivery on record");
        if (record.answer_due) continue;
      }
      auto& terminal = terminal_receipts_[id];
      expect(terminal.empty() || terminal.back() == v1::RECEIPT_KIND_DEAD_LETTERED,
             "one terminal receipt for each exchange");
      if (!terminal.empty()) {
        expect(terminal.back() == v1::RECEIPT_KIND_DEAD_LETTERED ||
                   is_positive(terminal.back()) == is_positive(kind),
               "never a positive and a negative terminal receipt");
      }
      terminal.push_back(kind);
      expect(is_terminal(record.state, record.answer_due),
             "no terminal receipt without the end on record (" + v1::ReceiptKind_Name(kind) + " of " +
                 id.text() + " in state " + std::to_string(static_cast<int>(record.state)) + ")");
    }
  }
}

RestoredState ReferenceStore::restore() const {
  RestoredState state;
  // So few that old ids have to be looked up.
  state.known = RecentIds(1, 16);
  state.next_step = last_step_ + 1;
  state.next_batch = batches_.size() + 1;
  for (const auto& [id, exchange] : exchanges) {
    state.known.insert(id);
    state.next_sequence = std::max(state.next_sequence, exchange.record.sequence + 1);
    if (!is_terminal(exchange.record.state, exchange.record.answer_due))
      state.live.push_back(exchange.record);
  }
  std::ranges::sort(state.live, {}, &ExchangeRecord::sequence);
  for (const RefusalRecord& refusal : refusals) {
    if (!refusal.authentic) continue;
    if (const auto id = Uuid::from_bytes(refusal.id)) state.known.insert(*id);
  }
  for (const auto& [party, sequence] : receipts_) {
    const auto cursor = cursors.find(party);
    state.receipts.push_back(
        {*PartyName::from_text(party), sequence.size(), cursor == cursors.end() ? 0 : cursor->second});
  }
  state.audit = tree_;
  return state;
}

std::optional<ExchangeRecord> ReferenceStore::exchange(const Uuid& id) const {
  const auto found = exchanges.find(id);
  if (found == exchanges.end()) return std::nullopt;
  return found->second.record;
}

std::optional<RefusalRecord> ReferenceStore::refusal(const Uuid& id, const Digest& digest) const {
  for (const RefusalRecord& record : refusals) {
    if (record.authentic && record.id == id.view() && record.digest == digest) return record;
  }
  return std::nullopt;
}

std::optional<model::ConversationPlace> ReferenceStore::conversation(const Uuid& id,
                                                                     std::string_view agreement) const {
  const auto found = conversations_.find({id, std::string(agreement)});
  if (found == conversations_.end()) return std::nullopt;
  return found->second;
}

std::string ReferenceStore::content(const EnvelopeLocation& location) const {
  const auto found = batches_.find(location.batch);
  v1::SealedBatch batch;
  if (found == batches_.end() || !batch.ParseFromString(found->second.bytes)) return {};
  return batch.items(static_cast<int>(location.index)).content();
}

const std::map<std::uint64_t, std::string>& ReferenceStore::receipts_of(const std::string& party) const {
  static const std::map<std::uint64_t, std::string> none;
  const auto found = receipts_.find(party);
  return found == receipts_.end() ? none : found->second;
}

std::vector<StoredReceipt> ReferenceStore::read_receipts(const std::string& party) const {
  std::vector<StoredReceipt> all;
  for (const auto& [position, bytes] : receipts_of(party)) {
    for (v1::Receipt& receipt : receipts_in(bytes)) all.push_back({position, std::move(receipt)});
  }
  return all;
}

std::vector<v1::ReceiptKind> ReferenceStore::kinds(const std::string& party, const Uuid& id) const {
  std::vector<v1::ReceiptKind> found;
  for (const StoredReceipt& stored : read_receipts(party)) {
    if (stored.receipt.exchange() == id.view()) found.push_back(stored.receipt.kind());
  }
  return found;
}

}  // namespace gnc::gateway
