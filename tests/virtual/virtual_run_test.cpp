#include "scenarios/virtual/virtual_run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/fuzz_case.h"
#include "scenarios/virtual/fuzz_documents.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::virtual_run_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

RunPlan first_scenario(std::uint64_t seed) {
  auto scenario = read_scenario(GNC_SOURCE_DIR "/scenarios/export-import.yaml");
  scenario->seed = seed;
  return *plan_run(std::move(*scenario), {});
}

// `count` exchanges that are to be answered, from NZ to CN within 10 s, and those afterwards; each party with
// a host of its own.
FuzzCase two_parties(std::uint32_t count) {
  FuzzCase made;
  made.seed = made.chance = 3;
  made.parties = {{*PartyName::from_text("NZ"), {.latency = Duration::from_milliseconds(20)}},
                  {*PartyName::from_text("CN"), {.latency = Duration::from_milliseconds(80)}}};
  made.pacts = {{0, 1, true, {}, {}}};
  made.traffic = {{0, count, Duration::from_seconds(10), Duration::from_seconds(120), "", 4}};
  return made;
}

VirtualOutcome play(const RunPlan& plan, bool real_signatures = false,
                    AttachmentBook::Look look = payload::digest_of_attachment) {
  const TemporaryFolder folder;
  VirtualOptions options;
  options.watch = true;
  options.world = settings_of(plan.scenario);
  options.world.real_signatures = real_signatures;
  options.world.pki = folder.path() / "pki";
  options.world.look_at_attachment = std::move(look);
  auto outcome = play_virtual(plan, nullptr, options);
  EXPECT_TRUE(outcome) << (outcome ? "" : describe(outcome.error()));
  return outcome ? std::move(*outcome) : VirtualOutcome{};
}

// What is watched keeps every record; what is not lets go of what was delivered long ago.
TEST(VirtualRun, TellsTheSameWhenItLetsGoOfOldRecords) {
  FuzzCase made = two_parties(400);
  made.pacts[0].answered = false;
  made.traffic[0].over = Duration::from_seconds(1800);
  const RunPlan plan = made.plan();
  const VirtualOutcome kept = play(plan);
  VirtualOptions options;
  options.world = settings_of(plan.scenario);
  const auto let_go = play_virtual(plan, nullptr, options);
  ASSERT_TRUE(let_go) << describe(let_go.error());
  EXPECT_EQ(let_go->recorded, kept.recorded);
  EXPECT_EQ(let_go->digest, kept.digest);
  EXPECT_EQ(let_go->report.exchange.delivered, 400u + FuzzCase::afterwards_count);
  EXPECT_EQ(let_go->report.exchange.lost, 0u);
  for (const PromiseRow& promise : let_go->report.promises) EXPECT_TRUE(promise.held) << promise.detail;
  EXPECT_THAT(let_go->never_ended, IsEmpty());
}

void expect_all_processed(const VirtualOutcome& outcome, std::uint64_t count) {
  EXPECT_THAT(outcome.breaches, IsEmpty());
  EXPECT_THAT(outcome.never_ended, IsEmpty());
  for (const PromiseRow& promise : outcome.report.promises) {
    EXPECT_TRUE(promise.held) << promise.promise << ": " << promise.detail;
  }
  EXPECT_EQ(outcome.report.exchange.submitted, count);
  EXPECT_EQ(outcome.report.exchange.processed, count);
}

// A fault two seconds after the traffic has begun.
TimedFault fault(decltype(Fault::what) what, std::optional<Duration> length) {
  return {Duration::from_seconds(2), {std::move(what), length, "", {}}};
}

TEST(VirtualRun, PlaysTheFirstScenarioAsTheLiveWorldDoes) {
  const VirtualOutcome outcome = play(first_scenario(7));
  EXPECT_TRUE(outcome.report.all_held());
  EXPECT_EQ(outcome.report.world, "virtual");
  expect_all_processed(outcome, 13);
  // Two links of 20 ms there, and as much back; up to 2 ms of jitter less on each.
  EXPECT_GE(outcome.report.latency.delivered.p50, 36);
  EXPECT_GE(outcome.report.latency.processed.p50, 72);
}

TEST(VirtualRun, LeavesTheSameFolderToTheByteForTheSameSeed) {
  const TemporaryFolder folder;
  for (const auto& [name, seed] : {std::pair{"one", 7u}, {"two", 7u}, {"other", 8u}}) {
    const RunPlan plan = first_scenario(seed);
    auto run = RunFolder::create(folder.path() / name, plan.scenario.file);
    ASSERT_TRUE(run);
    VirtualOptions options;
    options.world = settings_of(plan.scenario);
    ASSERT_TRUE(play_virtual(plan, &*run, options));
  }
  for (const char* file : {"events", "report.json", "report.html", "junit.xml", "timeline.csv", "slices.csv",
                           "refusals.csv", "latency.csv", "latency.hlog", "scenario.yaml"}) {
    const std::string one = content_of(folder.path() / "one" / file);
    EXPECT_FALSE(one.empty()) << file;
    EXPECT_EQ(one, content_of(folder.path() / "two" / file)) << file;
  }
  EXPECT_NE(content_of(folder.path() / "one" / "events"), content_of(folder.path() / "other" / "events"));
}

TEST(VirtualRun, GivesTheSameEventsAgainWithRealSignatures) {
  const RunPlan plan = two_parties(30).plan();
  const VirtualOutcome first = play(plan, true);
  const VirtualOutcome second = play(plan, true);
  expect_all_processed(first, 30 + FuzzCase::afterwards_count);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.recorded, second.recorded);
}

TEST(VirtualRun, TellsTheSameStoryWithRealAndWithModelledSignatures) {
  const RunPlan plan = two_parties(30).plan();
  EXPECT_EQ(play(plan, true).digest, play(plan, false).digest);
}

TEST(VirtualRun, LosesNothingWhenAnyProcessIsKilled) {
  for (const char* process : {"gateway", "node-NZ", "node-CN"}) {
    FuzzCase made = two_parties(100);
    made.faults = {fault(KillProcess{process}, Duration::from_seconds(1))};
    SCOPED_TRACE(process);
    const VirtualOutcome outcome = play(made.plan());
    expect_all_processed(outcome, 100 + FuzzCase::afterwards_count);
    EXPECT_THAT(outcome.report.processes, testing::Contains(testing::Field(&ProcessRow::restarts, 1u)));
  }
}

TEST(VirtualRun, LosesNothingWhenADiskTakesNoMore) {
  for (const char* process : {"gateway", "node-NZ", "node-CN"}) {
    FuzzCase made = two_parties(100);
    made.faults = {fault(DiskError{process}, Duration::from_seconds(1))};
    SCOPED_TRACE(process);
    expect_all_processed(play(made.plan()), 100 + FuzzCase::afterwards_count);
  }
}

TEST(VirtualRun, DeliversAfterACutWhatWaitedMeanwhile) {
  FuzzCase made = two_parties(100);
  made.faults = {fault(CutLink{"CN-gateway"}, Duration::from_seconds(3))};
  const VirtualOutcome outcome = play(made.plan());
  expect_all_processed(outcome, 100 + FuzzCase::afterwards_count);
  EXPECT_GT(outcome.report.latency.delivered.max, 2000);
}

TEST(VirtualRun, AdmitsNothingFromAPartyWhoseCertificateIsRevoked) {
  FuzzCase made = two_parties(100);
  made.faults = {fault(CertificateFault{CertificateFault::Kind::revoke, made.parties[0].name}, {})};
  const VirtualOutcome outcome = play(made.plan());
  EXPECT_THAT(outcome.breaches, IsEmpty());
  EXPECT_GT(outcome.report.exchange.admitted, 10u);
  EXPECT_LT(outcome.report.exchange.admitted, 30u);
}

// The same file, the same expectations; with real signatures and modelled ones.
class SameStory : public testing::TestWithParam<const char*> {};

TEST_P(SameStory, AsInTheLiveWorld) {
  auto scenario = read_scenario(fmt::format("{}/scenarios/{}.yaml", GNC_SOURCE_DIR, GetParam()));
  const RunPlan plan = *plan_run(std::move(*scenario), {});
  for (const bool real_signatures : {false, true}) {
    const VirtualOutcome outcome = play(plan, real_signatures);
    EXPECT_THAT(outcome.breaches, IsEmpty());
    EXPECT_TRUE(outcome.report.all_held()) << to_json(outcome.report);
    EXPECT_EQ(outcome.report.exchange.open, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Library, SameStory,
    testing::Values("aeo-mutual-recognition", "amendment-and-cancellation", "certificate-expired",
                    "certificate-of-origin", "certificate-revoked", "certificate-rotated-under-load",
                    "clock-skew", "disk-error", "duplicate-and-conflict", "enforcement", "entry-safety",
                    "export-import", "export-import-matching", "flapping-link", "gateway-killed-under-load",
                    "inspection-images", "mutual-assistance", "node-frozen", "paper-and-paperless",
                    "postal-items", "recipient-away", "rights-holder-lookup", "rogue-peer",
                    "sanitary-certificate", "single-window", "single-window-agencies", "single-window-killed",
                    "slow-link", "transit", "transit-by-way", "years-to-paperless"),
    [](const auto& one) {
      std::string name = one.param;
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST(VirtualRun, PlaysWhatFuzzHasWrittenAsFuzzDid) {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const FuzzCase made = FuzzCase::of(seed);
    const fs::path place = folder.path() / std::to_string(seed);
    ASSERT_TRUE(made.write(place));
    auto scenario = read_scenario(place / "scenario.yaml");
    ASSERT_TRUE(scenario) << describe(scenario.error().front());
    auto plan = plan_run(std::move(*scenario), {});
    ASSERT_TRUE(plan) << describe(plan.error().front());
    // Events name documents by the path that leads to them from here.
    for (PlannedWorkload& workload : plan->workloads) {
      SourceDocument document = workload.lodgements.documents[0];
      document.name = "documents/declaration.pb";
      workload.lodgements.documents = {document};
    }
    const VirtualOutcome written = play(*plan);
    const VirtualOutcome original = play(made.plan(), false, fuzz_attachment);
    EXPECT_EQ(written.events, original.events);
    EXPECT_EQ(written.digest, original.digest);
  }
}

TEST(VirtualRun, TakesTheScenariosCommitTimeWhateverTheProfile) {
  Scenario scenario;
  CostProfile costs;
  costs.disk.commit = 7;
  costs.gateway.step = 9;
  EXPECT_EQ(settings_of(scenario, costs).costs.disk.commit, 7u);
  scenario.virtual_world.commit_time = Duration::from_milliseconds(3);
  EXPECT_EQ(settings_of(scenario, costs).costs.disk.commit, 3'000'000u);
  EXPECT_EQ(settings_of(scenario, costs).costs.gateway.step, 9u);
}

// At rest each frame, step and commit finds its thread asleep; under load it finds it at work.
TEST(VirtualRun, WakesThreadsForWhatComesWhileTheySleepAlone) {
  const auto play_at = [](Duration over) {
    FuzzCase made = two_parties(400);
    made.traffic[0].over = over;
    return play(made.plan()).work.at("gateway");
  };
  const ThreadWork at_rest = play_at(Duration::from_seconds(400));
  const ThreadWork under_load = play_at(Duration::from_milliseconds(50));
  EXPECT_EQ(at_rest.opening.frames_woken, at_rest.opening.frames);
  const auto share = [](std::uint64_t woken, std::uint64_t all) {
    return static_cast<double>(woken) / static_cast<double>(all);
  };
  EXPECT_LT(share(under_load.opening.frames_woken, under_load.opening.frames),
            share(at_rest.opening.frames_woken, at_rest.opening.frames));
  EXPECT_LT(share(under_load.core.steps_woken, under_load.core.steps),
            share(at_rest.core.steps_woken, at_rest.core.steps));
  EXPECT_LT(share(under_load.store.commits_woken, under_load.store.commits),
            share(at_rest.store.commits_woken, at_rest.store.commits));
}

TEST(VirtualRun, TakesLongerWhereWakingCosts) {
  const RunPlan plan = first_scenario(7);
  const auto delivered = [&plan](const CostProfile& costs) {
    VirtualOptions options;
    options.world = settings_of(plan.scenario, costs);
    const auto outcome = play_virtual(plan, nullptr, options);
    EXPECT_TRUE(outcome);
    return outcome->report.latency.delivered.p50;
  };
  const double free = delivered({});
  for (std::uint64_t CpuCosts::*cost :
       {&CpuCosts::frame_woken, &CpuCosts::step_woken, &CpuCosts::commit_woken}) {
    CostProfile costs;
    costs.gateway.*cost = 5'000'000;
    EXPECT_GT(delivered(costs), free + 4);
  }
}

TEST(VirtualRun, StopsAtAnEventAndShowsHowThePartiesStand) {
  const RunPlan plan = first_scenario(7);
  VirtualOptions options;
  options.world = settings_of(plan.scenario);
  options.until_event = 60;
  const auto outcome = play_virtual(plan, nullptr, options);
  ASSERT_TRUE(outcome && outcome->state);
  EXPECT_EQ(outcome->events, 60u);
  EXPECT_THAT(*outcome->state, HasSubstr("after 60 events"));
  EXPECT_THAT(*outcome->state, HasSubstr("gateway    up"));
  EXPECT_THAT(*outcome->state, HasSubstr("NZ:      connected"));
}

TEST(VirtualRun, StopsAtATime) {
  const RunPlan plan = first_scenario(7);
  VirtualOptions options;
  options.world = settings_of(plan.scenario);
  options.until_time = Duration::from_milliseconds(10);
  const auto outcome = play_virtual(plan, nullptr, options);
  ASSERT_TRUE(outcome && outcome->state);
  EXPECT_THAT(*outcome->state, HasSubstr("gateway    down"));
}

TEST(VirtualRun, SaysThatItWasOverBeforeItCameToWhereItWasToStop) {
  const RunPlan plan = first_scenario(7);
  for (const bool by_event : {true, false}) {
    VirtualOptions options;
    options.world = settings_of(plan.scenario);
    if (by_event) options.until_event = 1'000'000;
    if (!by_event) options.until_time = Duration::from_milliseconds(86'400'000);
    const auto outcome = play_virtual(plan, nullptr, options);
    ASSERT_TRUE(outcome && outcome->state);
    EXPECT_THAT(*outcome->state, testing::StartsWith("the run was over before it came so far\nafter "));
  }
}

TEST(VirtualRun, SaysWhereTheTopologyHasWhatOnlyTheLiveWorldHas) {
  const auto scenario = parse_scenario(
      "scenario: s\ntopology:\n  administrations: [NZ, CN]\n  external: {CN: {}}\n"
      "agreements: [agreements/nz-cn-export.yaml]\nsteps: [{pause: 1s}]\n",
      GNC_SOURCE_DIR "/scenarios/s.yaml");
  ASSERT_TRUE(scenario);
  const auto refused = check_for_virtual_world(*scenario);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().remedy, "Play this scenario live.");
  EXPECT_THAT(refused.error().where, testing::EndsWith("s.yaml:4:13"));
}

// Seven declarations, an answer to each, and three answers that follow by themselves.
TEST(VirtualRun, DoesCustomsWorkAsAProfileSaysThroughTheDeathOfANode) {
  auto scenario = read_scenario(GNC_SOURCE_DIR "/scenarios/single-window.yaml");
  ASSERT_TRUE(scenario);
  scenario->settle = Duration::from_seconds(60);
  RunPlan plan = *plan_run(std::move(*scenario), {});
  const VirtualOutcome whole = play(plan);
  EXPECT_TRUE(whole.report.all_held());
  EXPECT_EQ(whole.report.exchange.submitted, 7u);

  // All have been answered by then, and what follows by itself has not.
  plan.faults = {
      {Duration::from_milliseconds(400), {KillProcess{"nodes"}, Duration::from_milliseconds(100), "", {}}}};
  const VirtualOutcome killed = play(plan);
  EXPECT_TRUE(killed.report.all_held());
  EXPECT_THAT(killed.report.processes, testing::Contains(testing::Field(&ProcessRow::restarts, 1u)));
  EXPECT_EQ(killed.report.exchange.processed, whole.report.exchange.processed);
  EXPECT_EQ(killed.report.exchange.delivered, whole.report.exchange.delivered);
  EXPECT_THAT(killed.breaches, IsEmpty());
}

// Customs and its agencies die while one is asked by the other, each by itself and both together.
TEST(VirtualRun, LosesNoConsultationWhenANodeDies) {
  auto scenario = read_scenario(GNC_SOURCE_DIR "/scenarios/single-window-agencies.yaml");
  ASSERT_TRUE(scenario);
  scenario->processes.node_each = true;
  RunPlan plan = *plan_run(std::move(*scenario), {});
  const VirtualOutcome whole = play(plan);
  EXPECT_TRUE(whole.report.all_held()) << to_json(whole.report);
  for (const char* node : {"node-CN", "node-CN-health", "node-CN-standards"}) {
    for (const std::int64_t at : {390, 410, 430, 460, 550, 700}) {
      plan.faults = {
          {Duration::from_milliseconds(at), {KillProcess{node}, Duration::from_milliseconds(20), "", {}}}};
      SCOPED_TRACE(fmt::format("{} at {} ms", node, at));
      const VirtualOutcome killed = play(plan);
      EXPECT_THAT(killed.report.processes, testing::Contains(testing::Field(&ProcessRow::restarts, 1u)));
      EXPECT_TRUE(killed.report.all_held()) << to_json(killed.report);
      EXPECT_EQ(killed.report.indicators.released, whole.report.indicators.released);
      EXPECT_THAT(killed.breaches, IsEmpty());
    }
  }
}

// What is in the post, and what an officer is at, is on record: nothing is keyed twice, and nothing
// otherwise.
TEST(VirtualRun, KeysWhatWasOnPaperWhenItsNodeDied) {
  auto scenario = read_scenario(GNC_SOURCE_DIR "/scenarios/paper-and-paperless.yaml");
  ASSERT_TRUE(scenario);
  scenario->processes.node_each = true;
  RunPlan plan = *plan_run(std::move(*scenario), {});
  for (const std::int64_t at : {300, 900, 1700, 2600}) {
    plan.faults = {
        {Duration::from_milliseconds(at), {KillProcess{"node-CN"}, Duration::from_milliseconds(20), "", {}}}};
    SCOPED_TRACE(at);
    const VirtualOutcome killed = play(plan);
    EXPECT_TRUE(killed.report.all_held()) << to_json(killed.report);
    EXPECT_THAT(killed.report.processes, testing::Contains(testing::Field(&ProcessRow::restarts, 1u)));
    EXPECT_EQ(killed.report.indicators.keyed_fields, 345u);
    EXPECT_EQ(killed.report.indicators.wrong_fields, 11u);
    EXPECT_THAT(killed.breaches, IsEmpty());
  }
}

}  // namespace
}  // namespace gnc::scenarios::virtual_run_test
