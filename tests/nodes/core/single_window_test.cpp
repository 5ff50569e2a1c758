#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nodes/core/node_world.h"
#include "trust/seal/merkle.h"

namespace gnc::nodes::single_window_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const OutgoingRecord& only(const MemoryStore& store) { return store.outgoing.begin()->second; }

constexpr const char* json_with_bad_function_code = R"({"declaration":{"functionCode":{"value":"nine"}}})";

TEST(SingleWindow, SealsWhatIsLodgedAndSendsItOnceTheGatewayWelcomesIt) {
  OneNode node("NZ");
  node.step(LodgeRequested{lodge_one("NZ", "CN", "a")});
  EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_LODGED, v1::EVENT_KIND_SEALED));
  ASSERT_EQ(node.store.batches.size(), 1u);
  EXPECT_TRUE(node.sent_of<SendSubmission>().empty());
  ASSERT_EQ(node.sent_of<OpenStream>().size(), 1u);

  node.connect();
  ASSERT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  EXPECT_EQ(*node.sent_of<SendSubmission>()[0]->bytes, *node.store.batches.at(1).bytes);
  const IncomingBatch batch = node.world.open(*node.store.batches.at(1).bytes);
  ASSERT_TRUE(batch.opened) << describe(batch.opened.error());
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(std::string(batch.opened->items.at(0).content)));
  EXPECT_EQ(envelope.sender(), "NZ");
  EXPECT_EQ(envelope.recipient(), "CN");
  EXPECT_EQ(envelope.agreement(), "NZ-CN");
  EXPECT_EQ(envelope.message(), "declaration");
  EXPECT_EQ(envelope.document().type(), "DEC");
  EXPECT_EQ(envelope.id(), only(node.store).id.view());
  EXPECT_EQ(batch.opened->items.at(0).leaf, only(node.store).digest);
}

std::string export_from(const std::string& country, const std::string& function_code) {
  return "<MetaData xmlns=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\"><WCOTypeName>DEC</WCOTypeName>\n"
         "<Declaration xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\">\n<FunctionCode>" +
         function_code + "</FunctionCode><GoodsShipment><ExportCountry><ID>" + country +
         "</ID></ExportCountry></GoodsShipment></Declaration></MetaData>";
}

TEST(SingleWindow, LeavesCodeListsToTheImportingSide) {
  OneNode node("NZ");
  node.step(LodgeRequested{lodge("NZ", "CN", {{"a.xml", export_from("ZG", "9")}}, "xml")});
  EXPECT_EQ(node.event(v1::EVENT_KIND_LODGEMENT_REFUSED), nullptr);
  EXPECT_EQ(node.store.outgoing.size(), 1u);
}

TEST(SingleWindow, RefusesAValueAtItsLine) {
  OneNode node("NZ");
  node.step(LodgeRequested{lodge("NZ", "CN", {{"a.xml", export_from("ZG", "nine")}}, "xml")});
  const NodeEvent* refused = node.event(v1::EVENT_KIND_LODGEMENT_REFUSED);
  ASSERT_NE(refused, nullptr);
  ASSERT_NE(refused->words, nullptr);
  EXPECT_EQ(refused->words->reason, v1::VALUE_FORMAT);
  EXPECT_EQ(refused->words->where, "a.xml:3:1");
}

TEST(SingleWindow, SealsAllOfAStepInAsFewBatchesAsTheBoundsAllow) {
  NodeConfig config = usual_config();
  config.batch_envelopes = 4;
  OneNode node("NZ", config);
  Documents documents;
  for (int i = 0; i < 10; ++i)
    documents.emplace_back(std::to_string(i), declaration("x").SerializeAsString());
  node.step(LodgeRequested{lodge("NZ", "CN", documents)});
  EXPECT_EQ(node.store.batches.size(), 3u);
  EXPECT_EQ(node.store.outgoing.size(), 10u);
}

TEST(SingleWindow, CarriesAnXmlOriginalBesideTheStructuredFormWithBothDigests) {
  OneNode node("NZ");
  const std::string xml =
      "<MetaData xmlns=\"urn:wco:datamodel:WCO:DocumentMetaData-DMS:2\"><WCOTypeName>DEC</WCOTypeName>"
      "<Declaration xmlns=\"urn:wco:datamodel:WCO:DEC-DMS:2\"><FunctionCode>9</FunctionCode></Declaration>"
      "</MetaData>";
  node.step(LodgeRequested{lodge("NZ", "CN", {{"a.xml", xml}}, "xml")});
  ASSERT_EQ(node.event(v1::EVENT_KIND_LODGEMENT_REFUSED), nullptr);
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(*node.store.batches.at(1).bytes));
  v1::Envelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(batch.items(0).content()));
  const v1::CarriedDocument& document = envelope.document();
  EXPECT_EQ(document.original(), xml);
  EXPECT_EQ(document.original_media_type(), "application/xml");
  EXPECT_EQ(document.original_digest(), trust::sha256(xml).view());
  EXPECT_EQ(document.structured_digest(), trust::sha256(document.structured()).view());
}

struct Refusal {
  const char* what;
  std::function<void(v1::Lodge&)> change;
  v1::ErrorCode code;
};

std::function<void(v1::Lodge&)> with_document(std::string document, const char* hint) {
  return [document = std::move(document), hint](v1::Lodge& lodge) {
    lodge.mutable_items(0)->set_document(document);
    lodge.mutable_items(0)->set_form_hint(hint);
  };
}

std::string large_document() {
  v1::MetaData document = declaration("bad");
  for (int i = 0; i < 8000; ++i) {
    auto& information = *document.mutable_declaration()->add_additional_information();
    information.mutable_statement_description()->set_value(std::string(500, 'x'));
  }
  return document.SerializeAsString();
}

std::string answer_document() {
  v1::MetaData answer;
  v1::Response& response = *answer.add_response();
  response.mutable_function_code()->set_value("01");
  response.mutable_declaration();
  return answer.SerializeAsString();
}

class RefusedLodgement : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedLodgement, IsToldWithItsCodeAndStopsNothingElse) {
  OneNode node("NZ");
  v1::Lodge bad = lodge_one("NZ", "CN", "bad");
  GetParam().change(bad);
  node.step(LodgeRequested{bad}, LodgeRequested{lodge_one("NZ", "CN", "good")});
  const NodeEvent* refused = node.event(v1::EVENT_KIND_LODGEMENT_REFUSED);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->words->reason, GetParam().code) << refused->words->detail;
  EXPECT_FALSE(refused->words->detail.empty());
  EXPECT_EQ(refused->reference, "bad");
  ASSERT_EQ(node.store.outgoing.size(), 1u);
  EXPECT_EQ(only(node.store).reference, "good");
  EXPECT_EQ(node.core->counters().lodgements_refused, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedLodgement,
    testing::Values(
        Refusal{"NotWellFormed", with_document("<MetaData><Decl", "xml"), v1::DOCUMENT_NOT_WELL_FORMED},
        Refusal{"Unsafe", with_document("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "application/xml"),
                v1::DOCUMENT_UNSAFE},
        Refusal{"UnknownKind", with_document("Dear colleagues,", "txt"), v1::DOCUMENT_KIND_UNKNOWN},
        Refusal{"ValueFormat", with_document(json_with_bad_function_code, ".json"), v1::VALUE_FORMAT},
        Refusal{"TooLarge", [](v1::Lodge& l) { with_document(large_document(), "pb")(l); },
                v1::DOCUMENT_TOO_LARGE},
        Refusal{"NoMessageForAnAnswer", with_document(answer_document(), "pb"), v1::MESSAGE_NOT_IN_BLOCK},
        Refusal{"RecipientNoName", [](v1::Lodge& l) { l.set_to("the Chinese"); }, v1::RECIPIENT_UNKNOWN},
        Refusal{"Priority", [](v1::Lodge& l) { l.set_priority("soon"); }, v1::KEY_VALUE},
        Refusal{"Conversation", [](v1::Lodge& l) { l.mutable_items(0)->set_conversation("x"); },
                v1::KEY_VALUE},
        Refusal{"NoAgreement", [](v1::Lodge& l) { l.set_to("FR"); }, v1::NO_AGREEMENT},
        Refusal{"NotInForce", [](v1::Lodge& l) { l.set_to("AU"); }, v1::AGREEMENT_NOT_IN_FORCE}),
    [](const auto& one) { return one.param.what; });

TEST(SingleWindow, ARefusalOfContentHasItsPointerAndItsPath) {
  OneNode node("NZ");
  node.step(LodgeRequested{lodge("NZ", "CN", {{"a.json", json_with_bad_function_code}}, "json")});
  const NodeEvent* refused = node.event(v1::EVENT_KIND_LODGEMENT_REFUSED);
  ASSERT_NE(refused, nullptr);
  ASSERT_EQ(refused->words->pointer.size(), 1u);
  EXPECT_EQ(refused->words->pointer[0].document_section(), "42A");
  EXPECT_EQ(refused->words->pointer[0].tag(), "017");
  EXPECT_THAT(refused->words->detail, HasSubstr("Declaration/FunctionCode"));
}

TEST(SingleWindow, LeavesAnAgreementThatIsNamedToTheGatewayToJudge) {
  OneNode node("NZ");
  v1::Lodge named = lodge_one("NZ", "CN", "a");
  named.set_agreement("NZ-XX");
  named.set_message("declaration");
  node.step(LodgeRequested{named});
  ASSERT_EQ(node.store.outgoing.size(), 1u);
  EXPECT_EQ(only(node.store).agreement, "NZ-XX");
}

TEST(SingleWindow, TheSameReferenceIsToldAgainAndLodgedOnce) {
  OneNode node("NZ");
  const auto again = [] { return LodgeRequested{lodge_one("NZ", "CN", "a")}; };
  node.step(again(), again());
  EXPECT_EQ(node.store.outgoing.size(), 1u);
  node.step(again());
  node.restart();
  node.step(again());
  EXPECT_EQ(node.store.outgoing.size(), 1u);
  const NodeEvent* told = node.event(v1::EVENT_KIND_LODGED);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->exchange, only(node.store).id);
  EXPECT_EQ(told->at, only(node.store).created_at);
}

TEST(SingleWindow, TellsNoStagesWhereNoEventsAreAskedForButRefusals) {
  NodeConfig config = usual_config();
  config.events = EventDetail::none;
  OneNode node("NZ", config);
  node.step(LodgeRequested{lodge_one("NZ", "CN", "a")}, LodgeRequested{lodge_one("NZ", "FR", "b")});
  EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_LODGEMENT_REFUSED));
}

}  // namespace
}  // namespace gnc::nodes::single_window_test
