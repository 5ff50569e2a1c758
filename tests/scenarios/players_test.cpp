#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/step_player.h"
#include "scenarios/engine/workload_player.h"
#include "tests/scenarios/simulated_world.h"

namespace gnc::scenarios::players_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

PartyName party(std::string_view name) { return *PartyName::from_text(name); }

PlannedLodgements planned(const std::string& name, const std::vector<std::string>& documents) {
  PlannedLodgements made{name, party("NZ"), party("CN"), "NZ-CN", "declaration", "normal", {}, true, {}};
  std::vector<SourceDocument> sources;
  sources.reserve(documents.size());
  for (const std::string& document : documents) {
    sources.push_back({document, "<" + document + "/>", "xml"});
  }
  made.documents = std::move(sources);
  return made;
}

Step step(auto action) {
  Step made;
  made.action = std::move(action);
  return made;
}

PlannedWorkload at_ten_a_second(std::vector<std::string> documents, std::uint64_t count) {
  PlannedWorkload workload{planned("load", std::move(documents)), {}, Schedule::burst(0), {}, Rate{10}};
  workload.schedule = Schedule::of({{{Rate{10}, Rate{10}, {}}}, count, Spacing::even}, Random(1));
  return workload;
}

class Players : public testing::Test {
 protected:
  // A step that lodges these documents, as `name`.
  void lodge(const std::string& name, std::vector<std::string> documents) {
    LodgeStep action;
    action.as = name;
    plan_.steps.push_back({step(std::move(action)), name, planned(name, std::move(documents)), {}});
  }
  void await(const std::string& name, Duration within) {
    AwaitStep action;
    action.at = party("CN");
    action.lodgement = name;
    action.within = within;
    plan_.steps.push_back({step(std::move(action)), "await " + name, {}, {}});
  }
  void pause(Duration length) { plan_.steps.push_back({step(PauseStep{length}), "pause", {}, {}}); }

  StepPlayer& steps(bool keep_going = false) {
    steps_.emplace(plan_, ledger_, lodger_, world_, keep_going);
    return *steps_;
  }
  void go(Player& player, Duration limit) {
    play(player, world_, limit, [this] { lodger_.send_due(); });
  }
  void arrive(const std::string& reference) {
    world_.happen(v1::EVENT_KIND_LODGED, reference);
    world_.happen(v1::EVENT_KIND_DELIVERED, reference);
  }

  RunPlan plan_;
  ExchangeLedger ledger_;
  SimulatedWorld world_{ledger_};
  Lodger lodger_{ledger_, world_};
  std::optional<StepPlayer> steps_;
};

constexpr Duration second = Duration::from_seconds(1);

TEST_F(Players, AwaitHoldsAsSoonAsEverythingIsReceived) {
  lodge("all", {"a", "b"});
  await("all", Duration::from_seconds(5));
  StepPlayer& player = steps();
  go(player, second);
  ASSERT_FALSE(player.done());
  arrive("a");
  go(player, second);
  ASSERT_FALSE(player.done());
  arrive("b");
  go(player, second);
  ASSERT_TRUE(player.done());
  EXPECT_TRUE(player.all_held());
  EXPECT_EQ(player.rows()[1].detail, "2 of 2 received");
  EXPECT_DOUBLE_EQ(player.rows()[1].took_ms, 2000);
}

TEST_F(Players, AwaitDoesNotHoldWhenItsTimeIsOverAndTheRestIsLeftOut) {
  lodge("all", {"a"});
  await("all", Duration::from_seconds(5));
  pause(second);
  StepPlayer& player = steps();
  go(player, Duration::from_seconds(60));
  ASSERT_TRUE(player.done());
  EXPECT_FALSE(player.all_held());
  EXPECT_DOUBLE_EQ(player.rows()[1].took_ms, 5000);
  EXPECT_THAT(player.rows()[2].detail, HasSubstr("not played"));
}

TEST_F(Players, KeepsGoingWhereItIsToldTo) {
  lodge("all", {"a"});
  await("all", second);
  pause(second);
  StepPlayer& player = steps(true);
  go(player, Duration::from_seconds(60));
  EXPECT_FALSE(player.all_held());
  EXPECT_TRUE(player.rows()[2].held);
  EXPECT_DOUBLE_EQ(player.rows()[2].took_ms, 1000);
}

TEST_F(Players, LodgesWhatANodeDidNotTakeAsSoonAsItDoes) {
  lodge("all", {"a", "b"});
  world_.set_down("NZ", true);
  go(steps(), second);
  EXPECT_THAT(world_.lodged(), SizeIs(0));
  EXPECT_EQ(lodger_.waiting(), 2u);
  world_.set_down("NZ", false);
  lodger_.send_due();
  EXPECT_THAT(world_.lodged(), ElementsAre("a", "b"));
  EXPECT_EQ(lodger_.waiting(), 0u);
}

TEST_F(Players, LodgesAgainWhatANewNodeMayHaveForgotten) {
  lodge("all", {"a", "b", "c"});
  go(steps(), second);
  world_.happen(v1::EVENT_KIND_LODGED, "b");
  world_.happen(v1::EVENT_KIND_LODGEMENT_REFUSED, "c", v1::VALUE_FORMAT);
  lodger_.repeat_unacknowledged();
  EXPECT_THAT(world_.lodged(), ElementsAre("a", "b", "c", "a"));
}

TEST_F(Players, StartsWorkloadsByTheScheduleThoughNothingComesBack) {
  plan_.workloads.push_back(at_ten_a_second({"a", "b"}, 5));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  go(player, Duration::from_seconds(10));
  ASSERT_TRUE(player.done());
  EXPECT_THAT(world_.lodged(), ElementsAre("a", "b", "a#2", "b#2", "a#3"));
  for (LodgementIndex i = 0; i < 5; ++i) {
    EXPECT_EQ((ledger_.lodgement(i).intended - start).microseconds, i * 100'000) << i;
    EXPECT_EQ(ledger_.lodgement(i).sent, ledger_.lodgement(i).intended) << i;
  }
}

TEST_F(Players, CountsFromTheIntendedTimeWhenTheGeneratorIsLate) {
  plan_.workloads.push_back(at_ten_a_second({"a"}, 3));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  player.advance(world_.now());
  world_.pass(second);
  player.advance(world_.now());
  ASSERT_TRUE(player.done());
  EXPECT_EQ(ledger_.lodgement(2).intended, start + Duration::from_milliseconds(200));
  EXPECT_EQ(ledger_.lodgement(2).sent, start + second);
  EXPECT_GE(ledger_.lag().max(), 900'000);
}

// Two users who think for a second, from 1 s after the start on, for 10 s.
PlannedWorkload of_users(std::vector<std::string> documents) {
  PlannedWorkload workload{planned("load", std::move(documents)), second, Schedule::burst(0), {}, {}};
  workload.users = Users{2, second, second, Duration::from_seconds(10)};
  return workload;
}

TEST_F(Players, UsersWaitForTheEndAndThinkBeforeTheyLodgeAgain) {
  plan_.workloads.push_back(of_users({"a", "b"}));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  go(player, Duration::from_milliseconds(4'000));
  ASSERT_THAT(world_.lodged(), ElementsAre("a", "b"));
  EXPECT_EQ(ledger_.lodgement(0).intended, start + second);
  world_.happen(v1::EVENT_KIND_LODGED, "a");
  world_.happen(v1::EVENT_KIND_PROCESSED, "a");
  world_.happen(v1::EVENT_KIND_LODGEMENT_REFUSED, "b", v1::VALUE_FORMAT);
  const Instant ended = world_.now();
  go(player, Duration::from_milliseconds(2'000));
  ASSERT_THAT(world_.lodged(), ElementsAre("a", "b", "a#2", "b#2"));
  EXPECT_EQ(ledger_.lodgement(2).intended, ended + second);
}

TEST_F(Players, UsersStopWhenTheirTimeIsOver) {
  plan_.workloads.push_back(of_users({"a"}));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  go(player, Duration::from_seconds(60));
  EXPECT_TRUE(player.done());
  EXPECT_THAT(world_.lodged(), SizeIs(2));
  EXPECT_EQ(world_.now(), start + Duration::from_seconds(11));
}

TEST_F(Players, AfterAPauseAllThatIsStillToComeIsSoMuchLater) {
  plan_.workloads.push_back(at_ten_a_second({"a"}, 4));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  go(player, Duration::from_milliseconds(150));
  ASSERT_THAT(world_.lodged(), SizeIs(2));
  world_.pass(Duration::from_seconds(5));
  player.postpone(Duration::from_seconds(5), world_.now());
  EXPECT_EQ(player.wake(), start + Duration::from_milliseconds(5'200));
  go(player, second);
  ASSERT_TRUE(player.done());
  EXPECT_EQ(ledger_.lodgement(2).intended, start + Duration::from_milliseconds(5'200));
  EXPECT_EQ(ledger_.lodgement(3).intended, start + Duration::from_milliseconds(5'300));
  // None of it counts as late.
  EXPECT_LT(ledger_.lag().max(), 1'000);
}

TEST_F(Players, UsersGoOnAfterAPauseAndHaveTheirWholeTime) {
  plan_.workloads.push_back(of_users({"a"}));
  WorkloadPlayer player(plan_, ledger_, lodger_);
  const Instant start = world_.now();
  go(player, Duration::from_milliseconds(1'500));
  ASSERT_THAT(world_.lodged(), ElementsAre("a", "a#2"));
  // It ends while the injection is paused; its user lodges again when that goes on.
  world_.happen(v1::EVENT_KIND_LODGED, "a");
  world_.happen(v1::EVENT_KIND_PROCESSED, "a");
  world_.pass(Duration::from_seconds(20));
  player.postpone(Duration::from_seconds(20), world_.now());
  const Instant resumed = world_.now();
  go(player, Duration::from_milliseconds(10));
  ASSERT_THAT(world_.lodged(), ElementsAre("a", "a#2", "a#3"));
  EXPECT_EQ(ledger_.lodgement(2).intended, resumed);
  go(player, Duration::from_seconds(60));
  EXPECT_TRUE(player.done());
  EXPECT_EQ(world_.now(), start + Duration::from_seconds(31));
}

}  // namespace
}  // namespace gnc::scenarios::players_test
