#include "scenarios/engine/run_cast.h"

#include <gmock/gmock.h>

#include "scenarios/engine/places.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios::run_cast_test {
namespace {

RunPlan plan_of(const std::string& name) {
  auto scenario = read_scenario(std::filesystem::path(GNC_SOURCE_DIR) / "scenarios" / (name + ".yaml"));
  auto plan = plan_run(std::move(*scenario), std::nullopt);
  return std::move(*plan);
}

TEST(RunCast, NamesAllWhoTakePartAndWhere) {
  const RunCast cast = cast_of(plan_of("single-window"));
  ASSERT_GE(cast.parties.size(), 4u);
  EXPECT_EQ(cast.parties[0].title, "New Zealand");
  EXPECT_LT(*cast.parties[0].latitude, 0);
  const auto gateway = std::ranges::find(cast.parties, "gateway", &RunCast::Party::name);
  ASSERT_NE(gateway, cast.parties.end());
  // Amid New Zealand and China.
  EXPECT_GT(*gateway->longitude, *cast.parties[1].longitude);
  EXPECT_LT(*gateway->longitude, *cast.parties[0].longitude);
  EXPECT_NE(std::ranges::find(cast.parties, "CN/health", &RunCast::Party::name), cast.parties.end());
  EXPECT_EQ(cast.block_of("NZ-CN/single-window"), "single-window");
  EXPECT_EQ(cast.block_of("none"), "");
}

TEST(RunCast, HasAnAgencyThatTakesPartOnceAndWhereItsAdministrationIs) {
  const RunCast cast = cast_of(plan_of("single-window-agencies"));
  const auto is_health = [](const RunCast::Party& party) { return party.name == "CN/health"; };
  EXPECT_EQ(std::ranges::count_if(cast.parties, is_health), 1);
  const RunCast::Party& health = *std::ranges::find_if(cast.parties, is_health);
  EXPECT_EQ(health.kind, "agency");
  EXPECT_EQ(health.latitude, std::ranges::find(cast.parties, "CN", &RunCast::Party::name)->latitude);
  EXPECT_NE(std::ranges::find(cast.links, "CN/health", &RunCast::Link::a), cast.links.end());
}

TEST(RunCast, IsReadAsItWasWritten) {
  const RunCast cast = cast_of(plan_of("export-import"), Instant{123});
  const auto read = cast_from_json(to_json(cast));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, cast);
  for (const char* broken : {"", "[]", "{}", R"({"parties": [{"name": 1}]})"}) {
    EXPECT_FALSE(cast_from_json(broken)) << broken;
  }
}

TEST(Places, HaveAllAdministrationsOfTheWorldsTable) {
  EXPECT_EQ(place_of("SG")->title, "Singapore");
  EXPECT_TRUE(place_of("SG")->located);
  EXPECT_EQ(place_of("XX"), nullptr);
  const auto located = std::ranges::count_if(tables::places, &Place::located);
  EXPECT_EQ(located, 186);
}

}  // namespace
}  // namespace gnc::scenarios::run_cast_test
