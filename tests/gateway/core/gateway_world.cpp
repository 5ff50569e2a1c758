#include "tests/gateway/core/gateway_world.h"

#include "proto/wire/wire_reader.h"

namespace gnc::gateway {
namespace {

v1::BlockMessage message(const char* name, const char* from, const char* to, const char* document) {
  v1::BlockMessage made;
  made.set_name(name);
  made.set_from(from);
  made.set_to(to);
  made.set_document(document);
  return made;
}

v1::Agreement agreement(const std::string& exporter, const std::string& importer, Instant from,
                        Instant until) {
  v1::Agreement made;
  made.set_id(exporter + "-" + importer);
  made.set_block("goods");
  made.set_block_version(1);
  for (const auto& [role, party] : {std::pair{"exporter", exporter}, {"importer", importer}}) {
    v1::AgreementParty& in_role = *made.add_parties();
    in_role.set_role(role);
    in_role.set_party(party);
  }
  made.set_from(from.microseconds);
  made.set_until(until.microseconds);
  made.set_purpose("Tests of the gateway");
  made.mutable_retention()->set_seconds(86'400);
  return made;
}

}  // namespace

std::shared_ptr<const model::AgreementBook> usual_agreements() {
  v1::UtilityBlock block;
  block.set_id("goods");
  block.set_version(1);
  block.set_title("Goods");
  block.set_legal_basis("None: a test");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("exporter");
  block.add_roles("importer");
  v1::BlockMessage declaration = message("declaration", "exporter", "importer", "DEC");
  declaration.set_answer_due(true);
  declaration.mutable_answer_within()->set_seconds(60);
  *block.add_messages() = declaration;
  v1::BlockMessage response = message("response", "importer", "exporter", "RES");
  response.set_answers("declaration");
  *block.add_messages() = response;
  v1::BlockMessage notice = message("notice", "exporter", "importer", "DEC");
  notice.set_largest_attachments(1000);
  *block.add_messages() = notice;
  *block.add_messages() = message("notice-back", "importer", "exporter", "DEC");

  const Duration year = Duration::from_seconds(365 * 86'400);
  const std::vector<v1::UtilityBlock> blocks{block};
  const std::vector<v1::Agreement> agreements{
      agreement("NZ", "CN", start_of_test - year, start_of_test + year),
      agreement("NZ", "AU", start_of_test - year, start_of_test + year),
      agreement("AU", "CN", start_of_test - year, start_of_test - Duration::from_seconds(1)),
  };
  auto book = model::AgreementBook::compile(blocks, agreements);
  if (!book) throw std::runtime_error(describe(book.error().front()));
  return *book;
}

v1::Envelope Draft::envelope() const {
  v1::Envelope made;
  made.set_id(std::string(id.view()));
  made.set_sender(sender);
  made.set_recipient(recipient);
  made.set_conversation(std::string(conversation.view()));
  made.set_agreement(agreement);
  made.set_message(message);
  made.set_priority(priority);
  made.set_created_at(created_at.microseconds);
  made.set_expires_at(expires_at.microseconds);
  made.set_answers(answers);
  v1::CarriedDocument& document = *made.mutable_document();
  document.set_type(document_type);
  document.set_original(original);
  document.set_original_media_type("application/xml");
  return made;
}

IncomingBatch open_on_trust(std::string sealed) {
  v1::SealedBatch parsed;
  v1::SealStatement statement;
  if (!parsed.ParseFromString(sealed) || !statement.ParseFromString(parsed.seal().statement())) {
    throw std::runtime_error("a test's batch cannot be read");
  }
  trust::OpenedBatch opened{
      .purpose = statement.purpose(),
      .signer = *PartyName::from_text(statement.signer()),
      .audience = statement.audience(),
      .sealed_at = {statement.sealed_at()},
      .tree_size = statement.tree_size(),
      .complete = statement.tree_size() == static_cast<std::uint64_t>(parsed.items_size()),
      .bytes = sealed,
      .items = {}};
  wire::WireReader reader(sealed);
  wire::WireField field;
  while (reader.next(field)) {
    if (field.number_in_message != 2) continue;
    trust::OpenedItem item{};
    wire::WireReader parts(field.bytes);
    wire::WireField part;
    while (parts.next(part)) {
      if (part.number_in_message == 1) item.content = part.bytes;
      if (part.number_in_message == 3) item.index = part.number;
    }
    item.leaf = trust::leaf_hash(item.content);
    opened.items.push_back(item);
  }
  return {std::move(sealed), std::move(opened)};
}

IncomingBatch sealed_envelopes(const std::string& signer, const std::vector<std::string>& contents) {
  PlainSigner key(signer);
  return open_on_trust(trust::seal(contents, {v1::SealStatement::PURPOSE_ENVELOPES, {}, start_of_test}, key)
                           .SerializeAsString());
}

IncomingBatch sealed_receipts(const std::string& signer, const std::string& audience,
                              const std::vector<v1::Receipt>& receipts) {
  PlainSigner key(signer);
  std::vector<std::string> contents;
  contents.reserve(receipts.size());
  for (const v1::Receipt& receipt : receipts) contents.push_back(receipt.SerializeAsString());
  return open_on_trust(
      trust::seal(contents, {v1::SealStatement::PURPOSE_RECEIPTS, audience, start_of_test}, key)
          .SerializeAsString());
}

GatewayTest::GatewayTest() { restart(); }

void GatewayTest::TearDown() {
  for (const std::string& promise : store.broken) ADD_FAILURE() << "broken promise: " << promise;
}

void GatewayTest::restart() {
  committed_ = 0;
  core = std::make_unique<GatewayCore>(config, book, store, signer, Random(7), store.restore());
}

Uuid GatewayTest::new_id() {
  ++ids_;
  return Uuid::from_parts(start_of_test, ids_, ids_ * 0x9e3779b97f4a7c15ULL);
}

Draft GatewayTest::draft(const std::string& message_name) {
  Draft made;
  made.id = new_id();
  made.conversation = new_id();
  made.message = message_name;
  return made;
}

Effects GatewayTest::step(std::vector<Event> events) {
  if (committed_ > 0) events.insert(events.begin(), StepCommitted{committed_});
  Effects effects = core->step(events, now);
  if (!effects.persist.empty()) store.apply(effects.persist);
  committed_ = effects.persist.step;
  return effects;
}

Effects GatewayTest::wait(Duration time) {
  now = now + time;
  return step_one(TimePassed{});
}

Effects GatewayTest::connect(SessionId session, const std::string& party, std::uint32_t credit,
                             std::uint64_t recorded_up_to) {
  return step_one(PeerConnected{session, *PartyName::from_text(party), recorded_up_to, credit});
}

Effects GatewayTest::submit(SessionId session, const std::string& signer_name,
                            const std::vector<Draft>& drafts) {
  std::vector<std::string> contents;
  contents.reserve(drafts.size());
  for (const Draft& made : drafts) contents.push_back(made.bytes());
  return step_one(FrameReceived{
      .session = session, .submissions = batches(sealed_envelopes(signer_name, contents)), .receipts = {}});
}

Effects GatewayTest::give_receipts(SessionId session, const std::string& signer_name,
                                   const std::string& audience, const std::vector<v1::Receipt>& receipts) {
  return step_one(FrameReceived{.session = session,
                                .submissions = {},
                                .receipts = batches(sealed_receipts(signer_name, audience, receipts))});
}

v1::Receipt GatewayTest::receipt(const Draft& about, v1::ReceiptKind kind) const {
  v1::Receipt made;
  made.set_exchange(std::string(about.id.view()));
  made.set_kind(kind);
  made.set_issuer(about.recipient);
  made.set_at(now.microseconds);
  made.set_envelope_digest(std::string(trust::leaf_hash(about.bytes()).view()));
  if (kind == v1::RECEIPT_KIND_REFUSED) {
    made.set_reason(v1::ELEMENT_MISSING);
    made.set_detail("no consignee");
  }
  return made;
}

std::vector<Uuid> GatewayTest::delivered(const Effects& effects) const {
  std::vector<Uuid> ids;
  for (const SendDeliveries& frame : sent<SendDeliveries>(effects)) {
    for (const EnvelopeLocation& location : frame.envelopes) {
      v1::Envelope envelope;
      if (!envelope.ParseFromString(store.content(location))) throw std::runtime_error("no envelope there");
      ids.push_back(*Uuid::from_bytes(envelope.id()));
    }
  }
  return ids;
}

v1::ErrorCode GatewayTest::refused(const Effects& effects) {
  if (effects.persist.refusals.size() != 1) return v1::ERROR_CODE_UNSPECIFIED;
  return effects.persist.refusals.front().reason;
}

}  // namespace gnc::gateway
