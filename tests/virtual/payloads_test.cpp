#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/virtual_run.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::payloads_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t size = 12'000'000;

// Images of 12 MB from NZ to CN, over lines that take 12 s for them.
struct Payloads : testing::Test {
  Payloads() { write(size); }
  void write(std::uint64_t bytes) { std::ofstream(file()) << std::string(bytes, 'x'); }
  std::filesystem::path file() const { return folder.path() / "image.tiff"; }

  RunPlan plan(std::string_view files = "") const {
    const auto scenario = parse_scenario(fmt::format(R"(scenario: images
topology:
  administrations: [NZ, CN]
  links: {{default: {{latency: 10ms, bandwidth: 8Mbit}}}}
processes: {{nodes: each}}
agreements: [agreements/nz-cn-images.yaml]
steps:
  - lodge: {{at: CN, to: NZ, documents: documents/inspection/request.xml, message: image-request, as: request}}
  - expect: {{of: request, answer: true, path: Response/FunctionCode, equals: "01"}}
  - lodge: {{at: NZ, to: CN, documents: documents/inspection/images.xml, message: inspection-images, in: request,
            files: "{}", as: images}}
  - expect: {{of: images, end: processed, within: 120s}}
)",
                                                     files.empty() ? file().string() : files),
                                         GNC_SOURCE_DIR "/scenarios/s.yaml");
    EXPECT_TRUE(scenario) << (scenario ? "" : describe(scenario.error()[0]));
    const auto made = plan_run(*scenario, {});
    EXPECT_TRUE(made) << (made ? "" : describe(made.error()[0]));
    return *made;
  }

  static VirtualOutcome play(const RunPlan& plan, std::vector<TimedFault> faults = {}) {
    VirtualOptions options;
    options.watch = true;
    options.world = settings_of(plan.scenario);
    options.more_faults = std::move(faults);
    auto outcome = play_virtual(plan, nullptr, options);
    EXPECT_TRUE(outcome) << (outcome ? "" : describe(outcome.error()));
    return outcome ? std::move(*outcome) : VirtualOutcome{};
  }

  static void expect_all_processed(const VirtualOutcome& outcome) {
    EXPECT_THAT(outcome.breaches, IsEmpty());
    EXPECT_THAT(outcome.never_ended, IsEmpty());
    EXPECT_EQ(outcome.report.exchange.processed, 2u);
    EXPECT_EQ(outcome.report.exchange.lost, 0u);
    EXPECT_EQ(outcome.report.exchange.delivered_twice, 0u);
    for (const PromiseRow& promise : outcome.report.promises) EXPECT_TRUE(promise.held) << promise.detail;
  }

  static TimedFault fault(Duration at, decltype(Fault::what) what, std::optional<Duration> length = {}) {
    return {at, {std::move(what), length, {}, {}}};
  }

  TemporaryFolder folder;
};

TEST_F(Payloads, TakeTheTimeOfTheLineUpAndDown) {
  const VirtualOutcome outcome = play(plan());
  expect_all_processed(outcome);
  ASSERT_EQ(outcome.report.links.size(), 2u);
  for (const LinkRow& link : outcome.report.links) {
    const std::uint64_t carried = link.link == "NZ-gateway" ? link.bytes_up : link.bytes_down;
    EXPECT_GT(carried, size) << link.link;
    EXPECT_LT(carried, size + size / 50) << link.link;
  }
  // Twelve seconds each way, one after the other.
  EXPECT_GT(outcome.report.latency.delivered.max, 24'000);
  EXPECT_LT(outcome.report.latency.delivered.max, 25'000);
}

// A connection for each would take two seconds on this line.
TEST_F(Payloads, AreHandedInOnceForAllDocumentsOfALodgement) {
  write(1000);
  const auto scenario = parse_scenario(fmt::format(R"(scenario: images
topology:
  administrations: [NZ, CN]
  links: {{default: {{latency: 250ms}}}}
agreements: [agreements/nz-cn-images.yaml]
workload:
  - {{name: images, from: NZ, to: CN, documents: documents/inspection/images.xml, message: inspection-images,
     files: "{}", count: 30}}
)",
                                                   file().string()),
                                       GNC_SOURCE_DIR "/scenarios/s.yaml");
  ASSERT_TRUE(scenario) << describe(scenario.error()[0]);
  const auto made = plan_run(*scenario, {});
  ASSERT_TRUE(made) << describe(made.error()[0]);
  const VirtualOutcome outcome = play(*made);
  EXPECT_EQ(outcome.report.exchange.processed, 30u);
  EXPECT_LT(outcome.report.latency.delivered.max, 10'000);
}

TEST_F(Payloads, GoOnFromWhereTheyWereCutOff) {
  const VirtualOutcome outcome =
      play(plan(), {fault(Duration::from_seconds(6), CutLink{"NZ-gateway"}, Duration::from_seconds(2)),
                    fault(Duration::from_seconds(20), CutLink{"CN-gateway"}, Duration::from_seconds(2))});
  expect_all_processed(outcome);
  for (const LinkRow& link : outcome.report.links) {
    const std::uint64_t carried = link.link == "NZ-gateway" ? link.bytes_up : link.bytes_down;
    EXPECT_LT(carried, size + size / 20) << link.link;
  }
}

// Whoever dies while they are on their way, and whenever.
TEST_F(Payloads, OutliveTheDeathOfAnyProcess) {
  const RunPlan images = plan();
  std::uint64_t digest = 0;
  for (const std::string process : {"gateway", "node-CN"}) {
    for (std::int64_t second = 1; second <= 25; second += 3) {
      SCOPED_TRACE(fmt::format("{} at {} s", process, second));
      const std::vector<TimedFault> faults{
          fault(Duration::from_seconds(second), KillProcess{process}, Duration::from_seconds(1))};
      const VirtualOutcome outcome = play(images, faults);
      expect_all_processed(outcome);
      EXPECT_NE(outcome.digest, digest);
      digest = outcome.digest;
      EXPECT_EQ(play(images, faults).digest, digest);
    }
  }
}

TEST_F(Payloads, AreRefusedWhereTheyCannotBeReadOrNoAgreementLetsThemCross) {
  write(0);
  VirtualOutcome outcome = play(plan());
  EXPECT_EQ(outcome.report.exchange.processed, 1u);
  ASSERT_FALSE(outcome.report.steps.empty());
  EXPECT_THAT(outcome.report.steps.back().detail, HasSubstr("at least one byte"));
}

}  // namespace
}  // namespace gnc::scenarios::payloads_test
