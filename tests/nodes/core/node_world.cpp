#include "tests/nodes/core/node_world.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace gnc::nodes {

void MemoryStore::commit(const Transaction& transaction) {
  const auto insert = [&](auto& table, const auto& key, const auto& record, const char* name) {
    if (!table.emplace(key, record).second) broken_rules.push_back(std::string("a second row in ") + name);
  };
  for (const auto& record : transaction.batches) insert(batches, record.number, record, "outbox_batch");
  for (const auto& record : transaction.outgoing) insert(outgoing, record.id, record, "outgoing");
  for (const auto& record : transaction.received_batches) {
    insert(received_batches, record.number, record, "received_batch");
  }
  for (const auto& record : transaction.received) insert(inbox, record.id, record, "inbox");
  for (const auto& record : transaction.decisions) insert(decisions, record.id, record, "business_decision");
  for (const auto& record : transaction.receipts) insert(receipts, record.position, record, "receipts");
  for (const NoteRecord& note : transaction.notes) {
    if (note.bytes) {
      notes[note.name] = *note.bytes;
    } else if (notes.erase(note.name) == 0) {
      broken_rules.push_back("a note was forgotten that is not on record");
    }
  }
  rejections.insert(rejections.end(), transaction.rejections.begin(), transaction.rejections.end());
  for (const OutgoingChange& change : transaction.changes) {
    const auto found = outgoing.find(change.id);
    if (found == outgoing.end()) {
      broken_rules.push_back("a change of an exchange that is not on record");
      continue;
    }
    OutgoingRecord& record = found->second;
    if (is_terminal(record.state, record.answer_due)) broken_rules.push_back("a terminal state was left");
    if (change.state <= record.state) broken_rules.push_back("a state was entered backwards");
    record.state = change.state;
    record.changed_at = change.at;
    record.reason = change.reason;
    record.detail = change.detail;
  }
}

RestoredState MemoryStore::restore() const {
  RestoredState restored;
  // So few that old ids have to be looked up.
  restored.received_ids = RecentIds(1, 16);
  for (const auto& [id, record] : outgoing) {
    if (!is_terminal(record.state, record.answer_due)) restored.open.push_back(record);
    if (!record.reference.empty()) restored.references.insert(record.reference);
  }
  std::sort(restored.open.begin(), restored.open.end(), [](const OutgoingRecord& a, const OutgoingRecord& b) {
    return std::tie(a.batch, a.index) < std::tie(b.batch, b.index);
  });
  for (const auto& [number, batch] : batches) {
    const bool unresolved =
        std::any_of(restored.open.begin(), restored.open.end(), [number = number](const auto& record) {
          return record.batch == number && record.state == OutgoingState::sealed;
        });
    if (unresolved) restored.unresolved.push_back(batch);
  }
  for (const auto& [id, record] : inbox) restored.received_ids.insert(id);
  for (const auto& [name, bytes] : notes) restored.notes.push_back({name, bytes});
  restored.next_batch = batches.empty() ? 1 : batches.rbegin()->first + 1;
  restored.next_received_batch = received_batches.empty() ? 1 : received_batches.rbegin()->first + 1;
  restored.receipts_recorded_up_to = receipts.empty() ? 0 : receipts.rbegin()->first;
  return restored;
}

std::optional<ReceivedRecord> MemoryStore::received(const PartyName&, const Uuid& id) const {
  const auto found = inbox.find(id);
  return found == inbox.end() ? std::nullopt : std::optional(found->second);
}

std::optional<OutgoingRecord> MemoryStore::lodged(const PartyName&, std::string_view reference) const {
  for (const auto& [id, record] : outgoing) {
    if (record.reference == reference) return record;
  }
  return std::nullopt;
}

const NodeWorld& NodeWorld::shared() {
  static const NodeWorld world;
  return world;
}

trust::Signer& NodeWorld::signer(const PartyName& party) const {
  if (party.text() == "NZ") return *nz;
  if (party.text() == "CN") return *cn;
  return *gateway;
}

IncomingBatch NodeWorld::open(std::string bytes) const {
  IncomingBatch incoming{std::move(bytes), failure(v1::SEAL_MALFORMED, "not opened")};
  incoming.opened = trust::open(incoming.bytes, verifier, trust::now);
  return incoming;
}

std::string NodeWorld::seal(const std::vector<std::string>& contents, trust::Signer& signer, Instant at,
                            const std::string& audience) const {
  const auto purpose =
      audience.empty() ? v1::SealStatement::PURPOSE_ENVELOPES : v1::SealStatement::PURPOSE_RECEIPTS;
  return trust::seal(contents, {purpose, audience, at}, signer).SerializeAsString();
}

AgreementIndex NodeWorld::make_agreements() {
  v1::UtilityBlock block;
  block.set_id("declarations");
  block.set_version(1);
  block.set_title("Declarations and notices");
  block.set_legal_basis("None; this is for testing");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("exporting");
  block.add_roles("importing");
  const auto add_message = [&](const char* name, const char* from, const char* to, const char* document,
                               const char* answers, bool answer_due) {
    auto& made = *block.add_messages();
    made.set_name(name);
    made.set_from(from);
    made.set_to(to);
    made.set_document(document);
    made.set_answers(answers);
    made.set_answer_due(answer_due);
  };
  add_message("declaration", "exporting", "importing", "DEC", "", true);
  add_message("response", "importing", "exporting", "RES", "declaration", false);
  add_message("release", "importing", "exporting", "RES", "declaration", false);
  block.mutable_messages(2)->set_priority(v1::PRIORITY_URGENT);
  add_message("notice", "importing", "exporting", "DEC", "", false);
  const auto agreement = [](const char* id, const char* from, const char* to, Instant since, Instant until) {
    v1::Agreement made;
    made.set_id(id);
    made.set_block("declarations");
    made.set_block_version(1);
    auto& exporting = *made.add_parties();
    exporting.set_role("exporting");
    exporting.set_party(from);
    auto& importing = *made.add_parties();
    importing.set_role("importing");
    importing.set_party(to);
    made.set_from(since.microseconds);
    made.set_until(until.microseconds);
    made.set_purpose("Testing");
    made.mutable_retention()->set_seconds(86400);
    return made;
  };
  const Instant begin = trust::now - trust::day * 365;
  const std::vector<v1::Agreement> agreements{
      agreement("NZ-CN", "NZ", "CN", begin, trust::now + trust::day * 365),
      agreement("late", "NZ", "AU", begin, trust::now - trust::day)};
  auto book = model::AgreementBook::compile({&block, 1}, agreements);
  if (!book) throw std::runtime_error(describe(book.error().front()));
  return AgreementIndex(**book);
}

v1::Envelope envelope_to_cn(std::uint64_t number, const v1::MetaData& document) {
  v1::Envelope made;
  made.set_id(std::string(Uuid::from_parts(trust::now, 5, number).view()));
  made.set_sender("NZ");
  made.set_recipient("CN");
  made.set_conversation(std::string(Uuid::from_parts(trust::now, 6, number).view()));
  made.set_agreement("NZ-CN");
  made.set_message("declaration");
  made.set_created_at(trust::now.microseconds);
  made.set_expires_at((trust::now + trust::day).microseconds);
  made.mutable_document()->set_type("DEC");
  made.mutable_document()->set_structured(document.SerializeAsString());
  return made;
}

v1::MetaData declaration(const std::string& reference) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_functional_reference_id()->set_value(reference);
  return document;
}

v1::Lodge lodge(const std::string& at, const std::string& to, const Documents& documents,
                const std::string& hint) {
  v1::Lodge made;
  made.set_at(at);
  made.set_to(to);
  for (const auto& [reference, document] : documents) {
    auto& item = *made.add_items();
    item.set_reference(reference);
    item.set_document(document);
    item.set_form_hint(hint);
  }
  return made;
}

v1::Lodge lodge_one(const std::string& at, const std::string& to, const std::string& reference) {
  return lodge(at, to, {{reference, declaration(reference).SerializeAsString()}});
}

NodeConfig usual_config() {
  return NodeConfig{.party = trust::party("NZ"), .gateway = trust::party("gateway/hub")};
}

OneNode::OneNode(const char* party, NodeConfig given) : config(std::move(given)) {
  config.party = trust::party(party);
  restart();
}

void OneNode::restart() {
  core = std::make_unique<NodeCore>(config, world.agreements, store, world.signer(config.party), business,
                                    Random(7 + store.batches.size()), store.restore());
  stream = 0;
  position = store.restore().receipts_recorded_up_to;
}

void OneNode::step_all(std::vector<Event> list) {
  Effects effects = core->step(list, now);
  store.commit(effects.persist);
  sent = std::move(effects.send);
  events = std::move(effects.events);
  wake = effects.wake;
  if (const auto opened = sent_of<OpenStream>(); !opened.empty()) stream = opened.back()->stream;
  if (effects.persist.empty()) return;
  std::vector<Event> committed{StepCommitted{effects.persist.step}};
  core->step(committed, now);
}

void OneNode::connect(std::uint32_t credit) {
  if (stream == 0) step();
  step(WelcomeReceived{stream, "gateway/hub", credit});
}

void OneNode::grant(std::uint32_t credit) {
  step(FrameReceived{.stream = stream, .deliveries = {}, .receipts = {}, .credit = credit});
}

void OneNode::receipts(const std::vector<v1::Receipt>& list, trust::Signer* signer) {
  std::vector<std::string> contents;
  contents.reserve(list.size());
  for (const v1::Receipt& one : list) contents.push_back(one.SerializeAsString());
  trust::Signer& by = signer != nullptr ? *signer : *world.gateway;
  FrameReceived frame{.stream = stream, .deliveries = {}, .receipts = {}, .credit = 0};
  frame.receipts.push_back({++position, world.open(world.seal(contents, by, now, config.party.text()))});
  step(std::move(frame));
}

void OneNode::deliver(const std::vector<std::string>& envelopes, trust::Signer& signer) {
  deliver_batch(world.seal(envelopes, signer, now));
}

void OneNode::deliver_batch(std::string bytes) {
  FrameReceived frame{.stream = stream, .deliveries = {}, .receipts = {}, .credit = 0};
  frame.deliveries.push_back(world.open(std::move(bytes)));
  step(std::move(frame));
}

std::vector<v1::EventKind> OneNode::kinds() const {
  std::vector<v1::EventKind> found;
  for (const NodeEvent& one : events) found.push_back(one.kind);
  return found;
}

const NodeEvent* OneNode::event(v1::EventKind kind) const {
  for (const NodeEvent& one : events) {
    if (one.kind == kind) return &one;
  }
  return nullptr;
}

std::vector<v1::Receipt> OneNode::given() const {
  std::vector<v1::Receipt> all;
  for (const SendReceipts* part : sent_of<SendReceipts>()) {
    v1::SealedBatch batch;
    if (!batch.ParseFromString(part->bytes)) throw std::runtime_error("receipts that cannot be read");
    for (const auto& item : batch.items()) {
      if (!all.emplace_back().ParseFromString(item.content())) throw std::runtime_error("no receipt");
    }
  }
  return all;
}

v1::Receipt receipt(const OutgoingRecord& about, v1::ReceiptKind kind, const std::string& issuer,
                    v1::ErrorCode reason) {
  v1::Receipt made;
  made.set_exchange(std::string(about.id.view()));
  made.set_kind(kind);
  made.set_issuer(issuer);
  made.set_at(trust::now.microseconds);
  made.set_envelope_digest(std::string(about.digest.view()));
  made.set_reason(reason);
  return made;
}

}  // namespace gnc::nodes
