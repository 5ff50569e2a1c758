#include "scenarios/engine/fidelity.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace gnc::scenarios::fidelity_test {
namespace {

using testing::HasSubstr;
using testing::Not;

RunReport report(const std::string& world, double delivery_p50) {
  RunReport made;
  made.world = world;
  made.scenario = "A scenario";
  made.latency.delivered = {.p50 = delivery_p50, .p99 = 10, .count = 5};
  made.exchange.delivered = 5;
  made.promises = {{"nothing is lost", true, ""}};
  made.expectations = {{"delivery.p50 < 5ms", delivery_p50 < 5, delivery_p50, ""}};
  if (world == "live") made.environment = {{"cores", "2"}};
  return made;
}

Fidelity fidelity_of(double live, double simulated) {
  return judge_fidelity({"live", {report("live", live)}}, {"virtual", {report("virtual", simulated)}});
}

TEST(Fidelity, SaysByHowMuchTheVirtualWorldIsMore) {
  const Fidelity near = fidelity_of(4, 4.4);
  ASSERT_EQ(near.stages.size(), 2u);
  EXPECT_EQ(near.stages[0].measure, "delivery.p50");
  EXPECT_NEAR(near.stages[0].percent, 10, 1e-9);
  EXPECT_TRUE(near.stages[0].at_goal);
  EXPECT_EQ(near.worst(), &near.stages[0]);
  EXPECT_THAT(fidelity_table(near), HasSubstr("+10.0 %"));
  EXPECT_THAT(fidelity_table(near), HasSubstr("2 are within 15 %; the farthest is delivery.p50"));
}

TEST(Fidelity, MarksWhatIsFartherThanTheGoal) {
  const Fidelity far = fidelity_of(4, 3);
  EXPECT_FALSE(far.stages[0].at_goal);
  EXPECT_THAT(fidelity_table(far), testing::ContainsRegex("delivery.p50 ms [^\n]*-25.0 %  far"));
  EXPECT_THAT(fidelity_table(far), Not(testing::ContainsRegex("delivery.p99 ms [^\n]*far")));
}

TEST(Fidelity, NamesTheOutcomesThatDiffer) {
  const Fidelity differs = fidelity_of(4, 6);
  EXPECT_FALSE(differs.same_outcomes());
  EXPECT_THAT(fidelity_table(differs),
              HasSubstr("expectation \"delivery.p50 < 5ms\" held in 1 of 1 runs live, in 0 virtually"));
  EXPECT_TRUE(fidelity_of(4, 4).same_outcomes());
}

TEST(Fidelity, CountsNothingAsDifferentThatOneWorldDoesNotJudge) {
  RunGroup live{"live", {report("live", 4)}};
  live.reports[0].promises.push_back({"the audit log holds", true, ""});
  const Fidelity fidelity = judge_fidelity(live, {"virtual", {report("virtual", 4)}});
  EXPECT_TRUE(fidelity.same_outcomes());
  EXPECT_THAT(fidelity_table(fidelity),
              HasSubstr("promise \"the audit log holds\" is judged in the live world only"));
}

TEST(Fidelity, HasNothingToBeCautiousOfBetweenALiveRunAndAVirtualOne) {
  EXPECT_THAT(fidelity_of(4, 4).comparison.warnings, testing::IsEmpty());
}

TEST(Fidelity, WarnsOfALiveRunOnABusyMachine) {
  const RunGroup live{"live", {report("live", 4)}}, simulated{"virtual", {report("virtual", 4)}};
  EXPECT_THAT(fidelity_table(judge_fidelity(live, simulated, 0.55)),
              HasSubstr("CAUTION: others took 55 % of the processors"));
  EXPECT_THAT(fidelity_table(judge_fidelity(live, simulated, 0.05)), Not(HasSubstr("CAUTION")));
}

TEST(Fidelity, IsWrittenAsTheComparisonWithWhatItAdds) {
  const auto json = nlohmann::json::parse(fidelity_json(fidelity_of(4, 6)));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["stages"][0],
            (nlohmann::json{{"measure", "delivery.p50"}, {"percent", 50.0}, {"at_goal", false}}));
  EXPECT_EQ(json["outcomes"][1]["live"], 1);
  EXPECT_EQ(json["outcomes"][1]["virtual"], 0);
}

}  // namespace
}  // namespace gnc::scenarios::fidelity_test
