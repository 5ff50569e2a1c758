#include "model/agreement/agreement_book.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gnc/v1/datamodel.pb.h"
#include "model/agreement/contract_shape.h"
#include "model/agreement/path_rules.h"
#include "model/yaml/instant_text.h"
#include "proto/types/random.h"

namespace gnc::model::agreement_book_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Instant today = parse_instant("2026-06-01").value();

v1::UtilityBlock block() {
  v1::UtilityBlock block;
  block.set_id("export");
  block.set_version(1);
  block.set_title("Export");
  block.set_legal_basis("An agreement");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("exporting");
  block.add_roles("importing");
  auto* declaration = block.add_messages();
  declaration->set_name("declaration");
  declaration->set_from("exporting");
  declaration->set_to("importing");
  declaration->set_document("DEC");
  declaration->set_answer_due(true);
  declaration->mutable_answer_within()->set_seconds(60);
  auto* response = block.add_messages();
  response->set_name("response");
  response->set_from("importing");
  response->set_to("exporting");
  response->set_document("RES");
  response->set_answers("declaration");
  return block;
}

void add_cluster(v1::UtilityBlock& block, v1::DataCluster::Use use, std::vector<std::string> paths) {
  auto* cluster = block.add_clusters();
  cluster->set_name("cluster " + std::to_string(block.clusters_size()));
  cluster->set_use(use);
  for (std::string& path : paths) cluster->add_paths(std::move(path));
}

v1::Agreement agreement() {
  v1::Agreement agreement;
  agreement.set_id("NZ-CN/export");
  agreement.set_block("export");
  agreement.set_block_version(1);
  for (const auto& [role, party] : {std::pair{"exporting", "NZ"}, {"importing", "CN"}, {"importing", "AU"}}) {
    auto* member = agreement.add_parties();
    member->set_role(role);
    member->set_party(party);
  }
  agreement.set_from(parse_instant("2020-01-01")->microseconds);
  agreement.set_until(parse_instant("2030-01-01")->microseconds);
  agreement.set_purpose("Testing");
  return agreement;
}

std::shared_ptr<const AgreementBook> book(const v1::UtilityBlock& of_block,
                                          const v1::Agreement& on = agreement()) {
  auto compiled = AgreementBook::compile(std::span(&of_block, 1), std::span(&on, 1));
  EXPECT_TRUE(compiled) << (compiled ? "" : describe(compiled.error().front()));
  return compiled.value_or(nullptr);
}

std::vector<Error> mistakes(const v1::UtilityBlock& of_block, const v1::Agreement& on = agreement()) {
  auto compiled = AgreementBook::compile(std::span(&of_block, 1), std::span(&on, 1));
  return compiled ? std::vector<Error>{} : compiled.error();
}

v1::MetaData declaration() {
  v1::MetaData document;
  auto* body = document.mutable_declaration();
  body->mutable_function_code()->set_value("9");
  body->mutable_functional_reference_id()->set_value("NZ-1");
  auto* shipment = body->mutable_goods_shipment();
  shipment->mutable_buyer()->mutable_name()->set_value("买方");
  for (int i = 1; i <= 3; ++i) {
    auto* item = shipment->add_government_agency_goods_item();
    item->mutable_sequence_numeric()->set_value(std::to_string(i));
    item->mutable_commodity()->mutable_description()->set_value("Milk powder, whole, in bags of 25 kg");
  }
  return document;
}

CrossingRequest request(std::string_view structured) {
  return {"NZ-CN/export", "declaration", "NZ", "CN", "DEC", structured};
}

v1::ErrorCode code_of(const Result<CrossingTerms>& result) {
  return result ? v1::ERROR_CODE_UNSPECIFIED : result.error().code;
}

TEST(AgreementBook, AllowsWhatTheAgreementSaysAndGivesItsTerms) {
  const std::string bytes = declaration().SerializeAsString();
  const auto terms = book(block())->allow(request(bytes), today);
  ASSERT_TRUE(terms) << describe(terms.error());
  EXPECT_TRUE(terms->answer_due);
  EXPECT_EQ(terms->answer_within, Duration::from_seconds(60));
}

TEST(AgreementBook, AllowsTheAnswerInTheOtherDirectionOnly) {
  v1::MetaData document;
  document.add_response()->mutable_function_code()->set_value("11");
  const std::string bytes = document.SerializeAsString();
  const auto held = book(block());
  const auto terms = held->allow({"NZ-CN/export", "response", "AU", "NZ", "RES", bytes}, today);
  ASSERT_TRUE(terms) << describe(terms.error());
  EXPECT_FALSE(terms->answer_due);
  const auto refused = held->allow({"NZ-CN/export", "response", "NZ", "CN", "RES", bytes}, today);
  EXPECT_EQ(code_of(refused), v1::MESSAGE_NOT_IN_BLOCK);
  EXPECT_THAT(refused.error().detail,
              HasSubstr("from importing to exporting; NZ is exporting and CN is importing"));
  EXPECT_EQ(code_of(held->allow({"NZ-CN/export", "response", "CN", "AU", "RES", bytes}, today)),
            v1::MESSAGE_NOT_IN_BLOCK);
}

TEST(AgreementBook, LetsAPartyHaveSeveralRoles) {
  v1::Agreement equals = agreement();
  auto* member = equals.add_parties();
  member->set_role("importing");
  member->set_party("NZ");
  member = equals.add_parties();
  member->set_role("exporting");
  member->set_party("CN");
  const auto both = book(block(), equals);
  const auto allows = [&](const char* from, const char* to) {
    return both->allow({"NZ-CN/export", "declaration", from, to, "DEC", {}}, today).has_value();
  };
  EXPECT_TRUE(allows("NZ", "CN"));
  EXPECT_TRUE(allows("CN", "NZ"));
  EXPECT_TRUE(allows("NZ", "AU"));
  EXPECT_FALSE(allows("AU", "NZ"));
  EXPECT_FALSE(allows("NZ", "NZ"));
}

TEST(AgreementBook, AFollowUpIsCheckedAgainstTheMessageThatItFollows) {
  v1::UtilityBlock with = block();
  v1::BlockMessage& amendment = *with.add_messages();
  amendment = with.messages(0);
  amendment.set_name("amendment");
  amendment.set_follow_up(v1::BlockMessage::FOLLOW_UP_AMENDS);
  amendment.set_follows("declaration");
  EXPECT_TRUE(mistakes(with).empty());
  amendment.set_follows("declaratoin");
  ASSERT_EQ(mistakes(with).size(), 1u);
  EXPECT_THAT(describe(mistakes(with)[0]), HasSubstr("messages/2/amends"));
  EXPECT_THAT(describe(mistakes(with)[0]), HasSubstr("\"declaration\""));
  amendment.set_follows("response");
  ASSERT_EQ(mistakes(with).size(), 1u);
  EXPECT_THAT(mistakes(with)[0].detail, HasSubstr("goes from importing to exporting"));
  amendment.set_follows("declaration");
  amendment.set_from("importing");
  amendment.set_to("exporting");
  amendment.set_answers("declaration");
  EXPECT_EQ(mistakes(with).size(), 2u);
}

TEST(AgreementBook, RefusesWithTheCodeOfEachCause) {
  const auto held = book(block());
  const std::string bytes = declaration().SerializeAsString();
  CrossingRequest asked = request(bytes);
  asked.agreement = "NZ-CN/other";
  EXPECT_EQ(code_of(held->allow(asked, today)), v1::NO_AGREEMENT);
  asked = request(bytes);
  asked.recipient = "US";
  EXPECT_EQ(code_of(held->allow(asked, today)), v1::NO_AGREEMENT);
  EXPECT_THAT(held->allow(asked, today).error().detail,
              HasSubstr("US is not a party of the agreement NZ-CN/export"));
  asked = request(bytes);
  asked.sender = "NZ/health";
  EXPECT_EQ(code_of(held->allow(asked, today)), v1::NO_AGREEMENT);
  asked = request(bytes);
  asked.message = "certificate";
  EXPECT_EQ(code_of(held->allow(asked, today)), v1::MESSAGE_NOT_IN_BLOCK);
  asked = request(bytes);
  asked.document_type = "RES";
  EXPECT_EQ(code_of(held->allow(asked, today)), v1::DOCUMENT_TYPE_NOT_IN_MESSAGE);
}

TEST(AgreementBook, IsInForceFromItsFirstInstantToBeforeItsLast) {
  const auto held = book(block());
  const std::string bytes = declaration().SerializeAsString();
  const Instant from = *parse_instant("2020-01-01");
  const Instant until = *parse_instant("2030-01-01");
  EXPECT_EQ(code_of(held->allow(request(bytes), from - Duration{1})), v1::AGREEMENT_NOT_IN_FORCE);
  EXPECT_TRUE(held->allow(request(bytes), from));
  EXPECT_TRUE(held->allow(request(bytes), until - Duration{1}));
  const auto refused = held->allow(request(bytes), until);
  EXPECT_EQ(code_of(refused), v1::AGREEMENT_NOT_IN_FORCE);
  EXPECT_THAT(refused.error().detail, HasSubstr("from 2020-01-01T00:00:00Z until 2030-01-01T00:00:00Z"));
}

TEST(AgreementBook, LetsAnAgreementLapseEarlierAndNeverLater) {
  const auto held = book(block());
  const std::string bytes = declaration().SerializeAsString();
  const auto lapsing = held->lapsing("NZ-CN/export", today);
  EXPECT_TRUE(lapsing->allow(request(bytes), today - Duration{1}));
  EXPECT_EQ(code_of(lapsing->allow(request(bytes), today)), v1::AGREEMENT_NOT_IN_FORCE);
  EXPECT_TRUE(held->allow(request(bytes), today));
  const Instant from{agreement().from()}, until{agreement().until()};
  const auto never = held->lapsing("NZ-CN/export", from - Duration{1});
  EXPECT_EQ(code_of(never->allow(request(bytes), from)), v1::AGREEMENT_NOT_IN_FORCE);
  EXPECT_EQ(held->lapsing("NZ-CN/export", until + Duration{1})->agreements().front().until(),
            agreement().until());
  EXPECT_TRUE(held->lapsing("NZ-CN/import", today)->allow(request(bytes), today));
}

TEST(AgreementBook, RefusesAForbiddenPathAndNamesRuleAgreementAndPath) {
  v1::UtilityBlock closed = block();
  add_cluster(closed, v1::DataCluster::USE_FORBIDDEN,
              {"Declaration/GoodsShipment/Buyer",
               "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/StatisticalValueAmount"});
  const auto held = book(closed);
  v1::MetaData document = declaration();
  auto refused = held->allow(request(document.SerializeAsString()), today);
  EXPECT_EQ(code_of(refused), v1::CLUSTER_FORBIDDEN);
  EXPECT_EQ(refused.error().where, "Declaration/GoodsShipment/Buyer");
  EXPECT_THAT(refused.error().detail,
              HasSubstr("agreement NZ-CN/export: cluster \"cluster 1\" of block export keeps "
                        "Declaration/GoodsShipment/Buyer from crossing"));
  document.mutable_declaration()->mutable_goods_shipment()->clear_buyer();
  EXPECT_TRUE(held->allow(request(document.SerializeAsString()), today));
  document.mutable_declaration()
      ->mutable_goods_shipment()
      ->mutable_government_agency_goods_item(2)
      ->mutable_statistical_value_amount();
  refused = held->allow(request(document.SerializeAsString()), today);
  EXPECT_EQ(code_of(refused), v1::CLUSTER_FORBIDDEN);
  EXPECT_EQ(refused.error().where,
            "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/StatisticalValueAmount");
}

TEST(AgreementBook, LeavesOutMoreThanTheBlockForbids) {
  v1::Agreement narrower = agreement();
  narrower.add_left_out("Declaration/GoodsShipment/Buyer/Name");
  const auto refused = book(block(), narrower)->allow(request(declaration().SerializeAsString()), today);
  EXPECT_EQ(code_of(refused), v1::CLUSTER_FORBIDDEN);
  EXPECT_THAT(refused.error().detail,
              HasSubstr("the agreement leaves out Declaration/GoodsShipment/Buyer/Name"));
}

TEST(AgreementBook, AsksForRequiredPathsOfTheDocumentsOwnKind) {
  v1::UtilityBlock asking = block();
  add_cluster(
      asking, v1::DataCluster::USE_REQUIRED,
      {"Declaration/GoodsShipment/Buyer", "Declaration/GoodsShipment/Consignee", "Response/FunctionCode"});
  const auto held = book(asking);
  v1::MetaData document = declaration();
  const auto refused = held->allow(request(document.SerializeAsString()), today);
  EXPECT_EQ(code_of(refused), v1::CLUSTER_MISSING);
  EXPECT_EQ(refused.error().where, "Declaration/GoodsShipment/Consignee");
  document.mutable_declaration()->mutable_goods_shipment()->mutable_consignee();
  EXPECT_TRUE(held->allow(request(document.SerializeAsString()), today));
  v1::MetaData response;
  response.add_response();
  EXPECT_EQ(code_of(held->allow({"NZ-CN/export", "response", "CN", "NZ", "RES", response.SerializeAsString()},
                                today)),
            v1::CLUSTER_MISSING);
  response.mutable_response(0)->mutable_function_code();
  EXPECT_TRUE(
      held->allow({"NZ-CN/export", "response", "CN", "NZ", "RES", response.SerializeAsString()}, today));
}

TEST(AgreementBook, ABlockWithOptionalClustersLetsNothingElseCross) {
  v1::UtilityBlock listing = block();
  add_cluster(listing, v1::DataCluster::USE_OPTIONAL,
              {"Declaration/FunctionCode", "Declaration/FunctionalReferenceID"});
  add_cluster(listing, v1::DataCluster::USE_REQUIRED,
              {"Declaration/GoodsShipment/GovernmentAgencyGoodsItem"});
  const auto held = book(listing);
  v1::MetaData document = declaration();
  document.mutable_responsible_country_code()->set_value("NZ");
  const auto refused = held->allow(request(document.SerializeAsString()), today);
  EXPECT_EQ(code_of(refused), v1::CLUSTER_FORBIDDEN);
  EXPECT_EQ(refused.error().where, "Declaration/GoodsShipment/Buyer");
  EXPECT_THAT(refused.error().detail, HasSubstr("block export lets only its clusters cross"));
  document.mutable_declaration()->mutable_goods_shipment()->clear_buyer();
  const auto allowed = held->allow(request(document.SerializeAsString()), today);
  EXPECT_TRUE(allowed) << describe(allowed.error());
}

TEST(AgreementBook, RefusesADocumentOfTheOtherKindThanItSays) {
  v1::MetaData response;
  response.add_response();
  EXPECT_EQ(code_of(book(block())->allow(request(response.SerializeAsString()), today)),
            v1::DOCUMENT_TYPE_NOT_IN_MESSAGE);
}

TEST(AgreementBook, RefusesAnOriginalAloneWhereItMustLookInside) {
  EXPECT_TRUE(book(block())->allow(request(""), today));
  v1::UtilityBlock closed = block();
  add_cluster(closed, v1::DataCluster::USE_FORBIDDEN, {"Declaration/GoodsShipment/Buyer"});
  EXPECT_EQ(code_of(book(closed)->allow(request(""), today)), v1::CLUSTER_FORBIDDEN);
}

TEST(AgreementBook, ReadsDamagedBytesExactlyWhereProtobufDoes) {
  v1::UtilityBlock closed = block();
  add_cluster(closed, v1::DataCluster::USE_FORBIDDEN, {"Declaration/GoodsShipment/Surety"});
  const auto held = book(closed);
  const std::string whole = declaration().SerializeAsString();
  const google::protobuf::LogSilencer quiet;
  EXPECT_TRUE(rc::check([&](std::uint64_t seed) {
    Random random(seed);
    for (int i = 0; i < 50; ++i) {
      std::string bytes = whole;
      for (auto n = 1 + random.below(3); n > 0; --n)
        bytes[random.below(bytes.size())] = static_cast<char>(random.next());
      if (random.below(4) == 0) bytes.resize(random.below(bytes.size()) + 1);
      v1::MetaData parsed;
      const bool readable = parsed.ParseFromString(bytes);
      const auto result = held->allow(request(bytes), today);
      const bool surety = parsed.declaration().goods_shipment().has_surety();
      if (!readable) {
        RC_ASSERT(!result);
      } else if (result) {
        RC_ASSERT(!surety && parsed.response().empty());
      } else if (result.error().code == v1::CLUSTER_FORBIDDEN) {
        RC_ASSERT(surety);
      }
    }
  }));
}

TEST(AgreementBook, FindsAForbiddenPathWhereverProtobufWouldReadIt) {
  // Two occurrences of a singular field merge, so the second must be looked into as well.
  v1::UtilityBlock closed = block();
  add_cluster(closed, v1::DataCluster::USE_FORBIDDEN, {"Declaration/GoodsShipment/Surety"});
  v1::MetaData first = declaration();
  v1::MetaData second;
  second.mutable_declaration()->mutable_goods_shipment()->mutable_surety();
  const std::string bytes = first.SerializeAsString() + second.SerializeAsString();
  EXPECT_EQ(code_of(book(closed)->allow(request(bytes), today)), v1::CLUSTER_FORBIDDEN);
}

TEST(AgreementBook, KnowsItsPartiesAndBlocks) {
  const auto held = book(block());
  EXPECT_TRUE(held->has_party(*PartyName::from_text("AU")));
  EXPECT_FALSE(held->has_party(*PartyName::from_text("US")));
  ASSERT_NE(held->block("export"), nullptr);
  EXPECT_EQ(held->block("import"), nullptr);
  ASSERT_EQ(held->agreements().size(), 1u);
  EXPECT_EQ(held->agreements()[0].id(), "NZ-CN/export");
}

TEST(AgreementBook, NamesTheStepOfAPathThatIsNotInTheDataModel) {
  v1::UtilityBlock wrong = block();
  add_cluster(wrong, v1::DataCluster::USE_FORBIDDEN,
              {"Declaration/GoodsShipmnet/Buyer", "Declaration/FunctionCode/value", "", "Declaration/"});
  const auto found = mistakes(wrong);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].code, v1::REFERENCE_UNKNOWN);
  EXPECT_EQ(found[0].where, "block export: clusters/0/paths/0");
  EXPECT_THAT(found[0].detail, HasSubstr("no element \"GoodsShipmnet\" in Declaration"));
  EXPECT_EQ(found[0].remedy, "Did you mean \"GoodsShipment\"?");
}

TEST(AgreementBook, ReportsEveryMistakeOfABlock) {
  v1::UtilityBlock wrong = block();
  wrong.set_version(0);
  wrong.mutable_messages(0)->set_from("exportin");
  wrong.mutable_messages(1)->set_document("DECL");
  wrong.mutable_messages(1)->set_answers("declaratoin");
  wrong.mutable_messages(1)->mutable_answer_within()->set_seconds(5);
  add_cluster(wrong, v1::DataCluster::USE_FORBIDDEN, {"Declaration/GoodsShipment"});
  add_cluster(wrong, v1::DataCluster::USE_REQUIRED, {"Declaration/GoodsShipment/Buyer"});
  std::vector<std::string> where;
  for (const Error& error : mistakes(wrong)) where.push_back(error.where.substr(error.where.find(": ") + 2));
  EXPECT_THAT(where, ElementsAre("version", "messages/0/from", "messages/1/document",
                                 "messages/1/answer within", "messages/1/answers", "clusters/1/paths/0"));
}

TEST(AgreementBook, ReportsEveryMistakeOfAnAgreement) {
  v1::Agreement wrong = agreement();
  wrong.set_until(wrong.from());
  wrong.mutable_parties(1)->set_party("China");
  wrong.mutable_parties(2)->set_role("inporting");
  wrong.add_left_out("Declaration/Buyer");
  std::vector<std::string> where;
  for (const Error& error : mistakes(block(), wrong))
    where.push_back(error.where.substr(error.where.find(": ") + 2));
  EXPECT_THAT(where, ElementsAre("until", "parties/importing", "parties/inporting", "left out/0"));
  v1::Agreement elsewhere = agreement();
  elsewhere.set_block("exprot");
  const auto found = mistakes(block(), elsewhere);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].remedy, "Did you mean \"export\"?");
  elsewhere = agreement();
  elsewhere.set_block_version(2);
  EXPECT_THAT(mistakes(block(), elsewhere)[0].detail, HasSubstr("no version 2 of block export"));
}

TEST(AgreementBook, AnAgreementMayNotLeaveOutWhatItsBlockRequires) {
  v1::UtilityBlock asking = block();
  add_cluster(asking, v1::DataCluster::USE_REQUIRED, {"Declaration/GoodsShipment/Buyer"});
  v1::Agreement wrong = agreement();
  wrong.add_left_out("Declaration/GoodsShipment");
  const auto found = mistakes(asking, wrong);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, v1::KEY_VALUE);
}

TEST(ContractShape, IsNotRecursiveSoThatAScanEnds) {
  const auto& shapes = contract_shapes();
  std::vector<int> state(shapes.size(), 0);  // 1: above, 2: done
  const std::function<bool(std::size_t)> ends = [&](std::size_t index) {
    if (state[index] == 1) return false;
    if (state[index] == 2) return true;
    state[index] = 1;
    for (const auto& field : shapes[index].fields) {
      if (field.kind == MessageShape::Field::Kind::message && !ends(field.message)) return false;
    }
    state[index] = 2;
    return true;
  };
  EXPECT_TRUE(ends(0));
}

TEST(ContractShape, FindsEveryElementThatAPathNames) {
  EXPECT_THAT(resolve_path("Declaration").value(),
              ElementsAre(ElementsAre(v1::MetaData::kDeclarationFieldNumber)));
  EXPECT_THAT(resolve_path("Declaration/GoodsShipment/Buyer").value(),
              ElementsAre(ElementsAre(v1::MetaData::kDeclarationFieldNumber,
                                      v1::Declaration::kGoodsShipmentFieldNumber,
                                      v1::GoodsShipment::kBuyerFieldNumber)));
  // A response names the declaration that it is about, and may carry that declaration whole.
  EXPECT_THAT(
      resolve_path("Response/Declaration").value(),
      ElementsAre(
          ElementsAre(v1::MetaData::kResponseFieldNumber, v1::Response::kDeclarationFieldNumber),
          ElementsAre(v1::MetaData::kResponseFieldNumber, v1::Response::kOriginalDeclarationFieldNumber)));
}

}  // namespace
}  // namespace gnc::model::agreement_book_test
