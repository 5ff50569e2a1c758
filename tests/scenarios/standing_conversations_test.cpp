#include "scenarios/engine/standing_conversations.h"

#include <array>

#include <gmock/gmock.h>

#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios::standing_conversations_test {
namespace {

using testing::ElementsAre;

constexpr Instant start{1'700'000'000'000'000};
constexpr Duration day = Duration::from_seconds(86'400);

std::vector<ConversationRow> standing(Instant at) {
  const std::array<std::filesystem::path, 1> blocks{GNC_SOURCE_DIR "/scenarios/blocks/transit.yaml"},
      agreements{GNC_SOURCE_DIR "/scenarios/agreements/nz-cn-transit.yaml"};
  const auto book = model::AgreementBook::load(blocks, agreements);
  if (!book) {
    ADD_FAILURE() << describe(book.error().front());
    return {};
  }
  const std::string agreement = (*book)->agreements().front().id();
  StandingConversations all(**book, at);
  for (const char* state : {"under-way", "arrived", "under-way", "under-enquiry"})
    all.add(agreement, {state, start});
  all.add("of another book", {"under-way", start});
  return all.rows();
}

std::vector<std::string> texts(const std::vector<ConversationRow>& rows) {
  std::vector<std::string> all;
  for (const ConversationRow& row : rows) all.push_back(std::to_string(row.count) + " " + row.state);
  return all;
}

TEST(StandingConversations, AreCountedByStateInTheOrderOfTheBlock) {
  EXPECT_THAT(texts(standing(start + day)), ElementsAre("2 under-way", "1 under-enquiry", "1 arrived"));
}

TEST(StandingConversations, HaveLeftStatesWhoseTimeIsOver) {
  EXPECT_THAT(texts(standing(start + day * 9)), ElementsAre("2 not-arrived", "1 under-enquiry", "1 arrived"));
  EXPECT_THAT(texts(standing(start + day * 29)), ElementsAre("2 not-arrived", "1 recovery-due", "1 arrived"));
}

RunPlan plan_expecting(const std::string& expectation, std::vector<Error>& mistakes) {
  auto scenario = parse_scenario(
      "scenario: test\ntopology: {administrations: [NZ, CN]}\n"
      "agreements: [agreements/nz-cn-transit.yaml]\nsteps: [{pause: 1s}]\n"
      "expect: [\"" +
          expectation + "\"]\n",
      GNC_SOURCE_DIR "/scenarios/test.yaml");
  if (!scenario) {
    mistakes = scenario.error();
    return {};
  }
  auto plan = plan_run(std::move(*scenario), {});
  if (plan) return std::move(*plan);
  mistakes = plan.error();
  return {};
}

TEST(StandingConversations, AreExpectedByAgreementAndState) {
  std::vector<Error> mistakes;
  const RunPlan plan =
      plan_expecting("conversations[state=not-arrived, agreement=NZ-CN/transit] == 2", mistakes);
  ASSERT_TRUE(mistakes.empty()) << describe(mistakes.front());
  RunReport report;
  report.conversations = {{"NZ-CN/transit", "not-arrived", 2},
                          {"NZ-CN/transit", "arrived", 5},
                          {"NZ-AU/transit", "not-arrived", 7}};
  EXPECT_THAT(plan.scenario.expectations.front().value(report), testing::Optional(2.0));
}

TEST(StandingConversations, ThatNoBlockKnowsAreAMistakeOfTheExpectation) {
  for (const auto& [wrong, right] : {std::pair{"conversations[state=not-arived] == 0", "\"not-arrived\""},
                                     {"conversations[agreement=NZ-CN/transt] == 0", "\"NZ-CN/transit\""}}) {
    std::vector<Error> mistakes;
    plan_expecting(wrong, mistakes);
    ASSERT_EQ(mistakes.size(), 1u) << wrong;
    EXPECT_THAT(describe(mistakes.front()),
                testing::AllOf(testing::HasSubstr("test.yaml:5:10"), testing::HasSubstr(right)));
  }
}

}  // namespace
}  // namespace gnc::scenarios::standing_conversations_test
