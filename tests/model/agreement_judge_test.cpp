#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gnc/v1/datamodel.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/yaml/instant_text.h"
#include "proto/types/random.h"

// What judge() says beside what allow() decides.
namespace gnc::model::agreement_judge_test {
namespace {

using testing::EndsWith;
using testing::IsEmpty;

const std::filesystem::path library = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";
const Instant today = *parse_instant("2026-06-01");

std::shared_ptr<const AgreementBook> library_book() {
  const std::vector<std::filesystem::path> blocks{library / "blocks/export-declaration.yaml"};
  const std::vector<std::filesystem::path> agreements{library / "agreements/nz-cn-export.yaml"};
  auto book = AgreementBook::load(blocks, agreements);
  EXPECT_TRUE(book) << describe(book.error().front());
  return book.value_or(nullptr);
}

// The block forbids the first two, the agreement the third.
v1::MetaData with_all_that_is_forbidden() {
  v1::MetaData document;
  v1::Declaration& declaration = *document.mutable_declaration();
  declaration.mutable_function_code()->set_value("9");
  declaration.mutable_goods_shipment()->mutable_payer()->mutable_name()->set_value("P");
  declaration.mutable_goods_shipment()->mutable_surety();
  declaration.mutable_authentication();
  return document;
}

CrossingRequest request(std::string_view structured) {
  return {"NZ-CN/export-declaration", "export-declaration", "NZ", "CN", "DEC", structured};
}

std::vector<std::string> places(const CrossingAnswer& answer) {
  std::vector<std::string> found;
  for (const CrossingFault& fault : answer.faults) {
    found.push_back(fault.error.where + " " + std::filesystem::path(fault.decided_at).filename().string());
  }
  return found;
}

TEST(AgreementJudge, FindsEveryForbiddenPathOnceWithThePlaceOfItsRule) {
  const auto answers =
      library_book()->judge(request(with_all_that_is_forbidden().SerializeAsString()), today);
  ASSERT_EQ(answers.size(), 6u);
  for (const CrossingAnswer& answer : answers) EXPECT_TRUE(answer.asked);
  EXPECT_THAT(
      places(answers[5]),
      testing::UnorderedElementsAre(EndsWith("Declaration/GoodsShipment/Payer export-declaration.yaml:70:9"),
                                    EndsWith("Declaration/GoodsShipment/Surety export-declaration.yaml:69:9"),
                                    EndsWith("Declaration/Authentication nz-cn-export.yaml:12:5")));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_THAT(answers[i].faults, IsEmpty()) << i;
}

TEST(AgreementJudge, AsksEachGateForItselfAndNoneAboutWhatIsNotThere) {
  const auto book = library_book();
  const std::string bytes = with_all_that_is_forbidden().SerializeAsString();
  CrossingRequest asked = request(bytes);
  asked.document_type = "RES";
  auto answers = book->judge(asked, *parse_instant("2019-12-31"));
  EXPECT_EQ(answers[1].faults.at(0).error.code, v1::AGREEMENT_NOT_IN_FORCE);
  EXPECT_THAT(answers[1].decided_at, EndsWith("nz-cn-export.yaml:6:7"));
  EXPECT_EQ(answers[4].faults.at(0).error.code, v1::DOCUMENT_TYPE_NOT_IN_MESSAGE);
  EXPECT_FALSE(answers[5].faults.empty());

  asked = request(bytes);
  asked.message = "export-response";
  EXPECT_EQ(book->judge(asked, today)[3].faults.at(0).error.code, v1::MESSAGE_NOT_IN_BLOCK);
  asked.message = "no-such";
  answers = book->judge(asked, today);
  EXPECT_EQ(answers[2].faults.at(0).error.code, v1::MESSAGE_NOT_IN_BLOCK);
  EXPECT_FALSE(answers[3].asked);
  EXPECT_FALSE(answers[4].asked);
  EXPECT_TRUE(answers[5].asked);
  asked.recipient = "AU";
  answers = book->judge(asked, today);
  EXPECT_EQ(answers[0].faults.at(0).error.code, v1::NO_AGREEMENT);
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_FALSE(answers[i].asked);
}

TEST(AgreementJudge, NamesAPathThatOccursManyTimesOnce) {
  const auto held = library_book();
  v1::Agreement narrower = held->agreements().front();
  narrower.add_left_out("Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Description");
  const auto book = AgreementBook::compile(held->blocks(), std::span(&narrower, 1));
  ASSERT_TRUE(book) << describe(book.error().front());
  v1::MetaData document;
  for (int i = 0; i < 3; ++i) {
    v1::GovernmentAgencyGoodsItem& item =
        *document.mutable_declaration()->mutable_goods_shipment()->add_government_agency_goods_item();
    item.mutable_commodity()->mutable_description()->set_value("Wool");
  }
  const auto answers = (*book)->judge(request(document.SerializeAsString()), today);
  ASSERT_EQ(answers[5].faults.size(), 1u);
  EXPECT_EQ(answers[5].faults[0].error.where,
            "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Description");
  // What is no file has its parts' names.
  EXPECT_EQ(answers[5].faults[0].decided_at, "agreement NZ-CN/export-declaration: left out/1");
}

TEST(AgreementJudge, FindsAllThatIsMissing) {
  v1::UtilityBlock block = library_book()->blocks().front();
  v1::DataCluster& cluster = *block.add_clusters();
  cluster.set_name("asked for");
  cluster.set_use(v1::DataCluster::USE_REQUIRED);
  for (const char* path : {"Declaration/GoodsShipment/Buyer", "Declaration/ID", "Response/FunctionCode"}) {
    cluster.add_paths(path);
  }
  const v1::Agreement agreement = library_book()->agreements().front();
  const auto book = AgreementBook::compile(std::span(&block, 1), std::span(&agreement, 1));
  ASSERT_TRUE(book) << describe(book.error().front());
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  const auto answers = (*book)->judge(request(document.SerializeAsString()), today);
  ASSERT_EQ(answers[5].faults.size(), 2u);
  for (const CrossingFault& fault : answers[5].faults) EXPECT_EQ(fault.error.code, v1::CLUSTER_MISSING);
  EXPECT_EQ(answers[5].faults[0].error.where, "Declaration/GoodsShipment/Buyer");
  EXPECT_EQ(answers[5].faults[0].decided_at, "block export-declaration: clusters/1/paths/0");
  EXPECT_EQ(answers[5].faults[1].error.where, "Declaration/ID");
}

// The first fault of the first gate that has one.
const Error* first_fault(const std::vector<CrossingAnswer>& answers) {
  for (const CrossingAnswer& answer : answers) {
    if (!answer.faults.empty()) return &answer.faults.front().error;
  }
  return nullptr;
}

TEST(AgreementJudge, SaysFirstWhatAllowSays) {
  const auto book = library_book();
  const google::protobuf::LogSilencer quiet;
  const std::vector<std::string> agreements{"NZ-CN/export-declaration", "NZ-CN/import"};
  const std::vector<std::string> messages{"export-declaration", "export-response", "export-query", "none"};
  const std::vector<std::string> parties{"NZ", "CN", "AU"};
  const std::vector<std::string> types{"DEC", "RES"};
  EXPECT_TRUE(rc::check([&](std::uint64_t seed) {
    Random random(seed);
    const auto mostly = [&random](const std::vector<std::string>& from,
                                  std::size_t usual) -> const std::string& {
      return random.below(3) > 0 ? from[usual] : from[random.below(from.size())];
    };
    for (int i = 0; i < 50; ++i) {
      v1::MetaData document = with_all_that_is_forbidden();
      if (random.below(2) == 0) document.mutable_declaration()->clear_authentication();
      if (random.below(2) == 0) document.mutable_declaration()->mutable_goods_shipment()->clear_payer();
      if (random.below(2) == 0) document.mutable_declaration()->mutable_goods_shipment()->clear_surety();
      if (random.below(5) == 0) document.add_response();
      std::string bytes = document.SerializeAsString();
      if (random.below(3) == 0) bytes[random.below(bytes.size())] = static_cast<char>(random.next());
      if (random.below(10) == 0) bytes.clear();
      const CrossingRequest asked{mostly(agreements, 0), mostly(messages, 0), mostly(parties, 0),
                                  mostly(parties, 1),    mostly(types, 0),    bytes};
      const Instant at = random.below(5) == 0 ? *parse_instant("2041-01-01") : today;
      const auto allowed = book->allow(asked, at);
      const auto answers = book->judge(asked, at);
      const Error* fault = first_fault(answers);
      RC_ASSERT(allowed.has_value() == (fault == nullptr));
      if (fault == nullptr) continue;
      RC_ASSERT(fault->code == allowed.error().code);
      RC_ASSERT(fault->detail == allowed.error().detail);
      RC_ASSERT(fault->where == allowed.error().where);
    }
  }));
}

}  // namespace
}  // namespace gnc::model::agreement_judge_test
