#include "scenarios/virtual/letting_go.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "scenarios/engine/finished_measures.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/fuzz_case.h"
#include "scenarios/virtual/virtual_run.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::letting_go_test {
namespace {

using testing::IsEmpty;

Uuid id_of(std::uint64_t number) {
  return Uuid::from_parts(Instant{1'767'600'000'000'000}, number, number * 7);
}

// `count` exchanges from NZ to CN over so many minutes.
FuzzCase traffic(std::uint32_t count, std::int64_t minutes, bool answered) {
  FuzzCase made;
  made.seed = made.chance = 3;
  made.parties = {{*PartyName::from_text("NZ"), {.latency = Duration::from_milliseconds(20)}},
                  {*PartyName::from_text("CN"), {.latency = Duration::from_milliseconds(80)}}};
  made.pacts = {{0, 1, answered, {}, {}}};
  made.traffic = {{0, count, Duration::from_seconds(60 * minutes), Duration::from_seconds(120), "", 4}};
  return made;
}

TimedFault fault(decltype(Fault::what) what, std::int64_t at_minute, std::optional<Duration> length) {
  return {Duration::from_seconds(60 * at_minute), {std::move(what), length, "", {}}};
}

VirtualOutcome play(const RunPlan& plan, bool keep_all) {
  VirtualOptions options;
  options.world = settings_of(plan.scenario);
  options.keep_all = keep_all;
  auto outcome = play_virtual(plan, nullptr, options);
  EXPECT_TRUE(outcome) << (outcome ? "" : describe(outcome.error()));
  return outcome ? std::move(*outcome) : VirtualOutcome{};
}

VirtualOutcome play(const FuzzCase& made, bool keep_all) { return play(made.plan(), keep_all); }

void expect_the_same(const RunPlan& plan) {
  VirtualOutcome kept = play(plan, true);
  VirtualOutcome let_go = play(plan, false);
  EXPECT_EQ(kept.digest, let_go.digest);
  EXPECT_LT(let_go.most_lodgements, kept.most_lodgements);
  EXPECT_LT(let_go.most_exchanges, kept.most_exchanges);
  // Those of the long run have batches of another size.
  EXPECT_EQ(kept.report.intervals.empty(), let_go.report.intervals.empty());
  kept.report.intervals.clear();
  let_go.report.intervals.clear();
  EXPECT_EQ(to_json(kept.report), to_json(let_go.report));
}

TEST(LettingGo, ReportsTheSameAsARunThatKeepsAll) {
  for (const bool answered : {false, true}) {
    SCOPED_TRACE(answered);
    expect_the_same(traffic(600, 60, answered).plan());
  }
}

TEST(LettingGo, ReportsTheSameThroughFaults) {
  FuzzCase made = traffic(1200, 120, true);
  made.faults = {fault(KillProcess{"gateway"}, 5, Duration::from_seconds(30)),
                 fault(CutLink{"CN-gateway"}, 20, Duration::from_seconds(300)),
                 fault(BlackHoleLink{"NZ-gateway", LinkDirection::both}, 50, Duration::from_seconds(400)),
                 fault(FreezeProcess{"node-CN"}, 80, Duration::from_seconds(60)),
                 fault(ReplayNext{*PartyName::from_text("NZ")}, 81, {}),
                 fault(TamperWithNext{*PartyName::from_text("NZ")}, 82, {})};
  expect_the_same(made.plan());
}

TEST(LettingGo, ReportsTheSameWhereALinkClogsLongAfterTheFirstWereFast) {
  const TemporaryFolder folder;
  const auto file = folder.write("clogged.yaml", fmt::format(R"(scenario: A burst on a narrow link
topology:
  administrations: [NZ, CN]
  links:
    CN-gateway: {{latency: 20ms, bandwidth: 256kbit}}
agreements: [{}/scenarios/agreements/world-declaration-notice.yaml]
workload:
  - {{name: to, from: NZ, to: CN, documents: {{generate: 2, items: 1, form: protobuf}}, count: 400,
     life: 2h, arrivals: {{rate: 1/s, spacing: poisson}}}}
  - {{name: back, from: CN, to: NZ, documents: {{generate: 2, items: 1, form: protobuf}}, count: 400,
     life: 2h, arrivals: {{rate: 1/s, spacing: poisson}}}}
  - {{name: burst, from: NZ, to: CN, documents: {{generate: 2, items: 1, form: protobuf}}, count: 2000,
     life: 2h, start: 100s, arrivals: {{rate: 2000/s}}}}
)",
                                                             GNC_SOURCE_DIR));
  auto scenario = read_scenario(file);
  ASSERT_TRUE(scenario) << describe(scenario.error().front());
  const auto plan = plan_run(std::move(*scenario), {});
  ASSERT_TRUE(plan) << describe(plan.error().front());
  expect_the_same(*plan);
}

TEST(LettingGo, FollowsAsManyAtOnceHoweverLongTheRunIs) {
  const VirtualOutcome one = play(traffic(1000, 10, true), false);
  const VirtualOutcome four = play(traffic(4000, 40, true), false);
  EXPECT_EQ(four.report.exchange.submitted, 4000u + FuzzCase::afterwards_count);
  EXPECT_THAT(four.never_ended, IsEmpty());
  for (const PromiseRow& promise : four.report.promises) EXPECT_TRUE(promise.held) << promise.detail;
  // Exchanges and their answers of half a minute, and no more of them.
  for (const auto most : {&VirtualOutcome::most_exchanges, &VirtualOutcome::most_lodgements}) {
    EXPECT_LT(static_cast<double>(four.*most), 1.2 * static_cast<double>(one.*most));
    EXPECT_LT(four.*most, 200u);
  }
}

TEST(LettingGo, KeepsWhatIsYetToEnd) {
  // CN is away for good, so that all expires after two minutes, but for what comes in the end.
  FuzzCase made = traffic(600, 60, true);
  made.faults = {fault(CutLink{"CN-gateway"}, 10, {})};
  const VirtualOutcome kept = play(made, true), let_go = play(made, false);
  EXPECT_EQ(kept.report.exchange, let_go.report.exchange);
  EXPECT_GT(let_go.report.exchange.expired, 100u);
  EXPECT_EQ(kept.never_ended, let_go.never_ended);
}

TEST(LettingGo, TellsOfWhatComesAgainAfterItWasLetGo) {
  FactBook facts;
  facts.expect_lives_up_to(Duration::from_seconds(3600));
  facts.change(id_of(1)).at_gateway = true;
  facts.admitted(id_of(1), id_of(100), 1);
  facts.admitted(id_of(2), id_of(100), 2);
  EXPECT_EQ(facts.let_go(id_of(1), VirtualTime::of(Duration::from_seconds(60))), std::nullopt);
  // The last of a conversation takes it along.
  EXPECT_EQ(facts.let_go(id_of(2), VirtualTime::of(Duration::from_seconds(60))), id_of(100));
  facts.change(id_of(3));
  EXPECT_THAT(facts.came_again(), IsEmpty());
  facts.change(id_of(1));
  EXPECT_THAT(facts.came_again(), testing::ElementsAre(id_of(1)));
}

TEST(LetGoIds, AreRememberedForALifeAndNotForTwo) {
  LetGoIds ids(Duration::from_seconds(100));
  const auto at = [](std::int64_t seconds) { return VirtualTime::of(Duration::from_seconds(seconds)); };
  for (std::uint64_t i = 1; i <= 5000; ++i) ids.add(id_of(i), at(static_cast<std::int64_t>(i) / 10));
  // From second 404 on, when a life was over, and from 303 until then.
  EXPECT_EQ(ids.size(), 1971u);
  for (std::uint64_t i = 3030; i <= 5000; ++i) EXPECT_TRUE(ids.contains(id_of(i))) << i;
  for (std::uint64_t i = 1; i < 3030; ++i) EXPECT_FALSE(ids.contains(id_of(i))) << i;
  EXPECT_FALSE(ids.contains(id_of(5001)));
  // What comes after a look is found as well, and what came before it still is.
  ids.add(id_of(6000), at(500));
  EXPECT_FALSE(ids.contains(id_of(5500)));
  EXPECT_TRUE(ids.contains(id_of(6000)));
  EXPECT_TRUE(ids.contains(id_of(3030)));
}

}  // namespace
}  // namespace gnc::scenarios::letting_go_test
