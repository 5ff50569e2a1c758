#include "scenarios/virtual/cost_profile.h"

#include <gmock/gmock.h>

#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::cost_profile_test {
namespace {

using testing::HasSubstr;

TEST(CostProfile, IsReadAsItWasWritten) {
  CostProfile profile;
  profile.name = "of a \"test\"";
  profile.conditions = {{"cores", "2"}};
  profile.gateway.batch = 71'234;
  profile.node.frame_woken = 31'000;
  profile.node.step_woken = 32'000;
  profile.node.commit_woken = 33'000;
  profile.disk.commit = 1;
  profile.disk.spread = {0, 10, 10, 5000};
  profile.machine = {.cores = 2, .wake = {9'000, 30'000}, .stay = 650, .exchange = 48'000, .frame = 20'000};
  profile.link.connect_round_trips = 2;
  const TemporaryFolder folder;
  const auto file = folder.write("costs.yaml", to_yaml(profile));
  const auto read = read_cost_profile(file);
  ASSERT_TRUE(read) << describe(read.error().front());
  EXPECT_EQ(to_yaml(*read), to_yaml(profile));
  EXPECT_EQ(read->gateway.batch, 71'234u);
  EXPECT_EQ(read->machine.cores, 2u);
  EXPECT_EQ(read->machine.stay, 650u);
  EXPECT_EQ(read->node.frame_woken, 31'000u);
  EXPECT_EQ(read->node.step_woken, 32'000u);
  EXPECT_EQ(read->node.commit_woken, 33'000u);
}

TEST(CostProfile, HasItsStandardValueWhereAKeyIsNotThere) {
  const TemporaryFolder folder;
  const auto read = read_cost_profile(folder.write("costs.yaml", "name: short\ngateway: {frame: 1}\n"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->gateway.frame, 1u);
  EXPECT_EQ(read->gateway.batch, CpuCosts{}.batch);
}

TEST(CostProfile, HasNoMoreThan1000Of1000ThreadsStay) {
  const TemporaryFolder folder;
  const auto read =
      read_cost_profile(folder.write("costs.yaml", "name: x\nmachine: {cores: 2, stay: 1001}\n"));
  ASSERT_FALSE(read);
  EXPECT_THAT(describe(read.error().front()), HasSubstr("costs.yaml:2:27"));
  EXPECT_THAT(describe(read.error().front()), HasSubstr("a number, 1000 at most"));
}

TEST(CostProfile, TakesOneTimeAsASpreadThatIsEven) {
  const TemporaryFolder folder;
  const auto read = read_cost_profile(folder.write("costs.yaml", "name: short\ndisk: {spread: 7}\n"));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->disk.spread, testing::ElementsAre(0, 7));
}

TEST(CostProfile, WantsQuantilesInOrderAndAtLeastTwo) {
  const TemporaryFolder folder;
  const auto read = read_cost_profile(folder.write("costs.yaml", "name: x\ndisk:\n  spread: [5, 9, 8]\n"));
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().size(), 1u);
  EXPECT_THAT(describe(read.error()[0]), HasSubstr("costs.yaml:3:18"));
  EXPECT_THAT(describe(read.error()[0]), HasSubstr("no less than the one before it"));
  EXPECT_FALSE(read_cost_profile(folder.write("one.yaml", "name: x\ndisk: {spread: [5]}\n")));
  EXPECT_FALSE(read_cost_profile(folder.write("map.yaml", "name: x\ndisk: {spread: {a: 5}}\n")));
}

TEST(CostProfile, HasAtTheMostAsManyCoresAsAMachineCanHave) {
  const TemporaryFolder folder;
  const auto read = read_cost_profile(folder.write("costs.yaml", "name: x\nmachine: {cores: 5000}\n"));
  ASSERT_FALSE(read);
  EXPECT_THAT(describe(read.error()[0]), HasSubstr("costs.yaml:2:18"));
}

TEST(CostProfile, NamesTheMistakeAtItsPlace) {
  const TemporaryFolder folder;
  const auto read = read_cost_profile(
      folder.write("costs.yaml", "name: wrong\ngateway: {frames: 1}\ndisk: {commit: 99999999999999999}\n"));
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().size(), 2u);
  EXPECT_THAT(describe(read.error()[0]), HasSubstr("costs.yaml:2:11"));
  EXPECT_THAT(describe(read.error()[1]), HasSubstr("an hour at most"));
}

}  // namespace
}  // namespace gnc::scenarios::cost_profile_test
