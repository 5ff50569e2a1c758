#include "scenarios/engine/run_comparison.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "scenarios/engine/run_folder.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::run_comparison_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A run whose deliveries took about so long.
RunReport run(double delivery_ms, std::uint64_t seed = 1) {
  RunReport report;
  report.scenario = "test";
  report.world = "live";
  report.version = "1";
  report.seed = seed;
  report.exchange.submitted = report.exchange.delivered = 1000;
  report.latency.delivered = {
      delivery_ms, delivery_ms * 2, delivery_ms * 3, delivery_ms * 4, delivery_ms * 5, delivery_ms * 6, 1000};
  report.rate_got = 200;
  return report;
}

RunGroup group(std::string name, const std::vector<double>& deliveries) {
  RunGroup made{std::move(name), {}};
  for (const double delivery : deliveries) made.reports.push_back(run(delivery, made.reports.size()));
  return made;
}

const ComparedMeasure& measure(const RunComparison& comparison, std::string_view name) {
  for (const ComparedMeasure& row : comparison.measures) {
    if (row.measure == name) return row;
  }
  throw std::runtime_error("no measure " + std::string(name));
}

TEST(RunComparison, GivesEachMeasureWithItsRatio) {
  const RunComparison comparison = compare_runs({group("a", {10}), group("b", {15}), group("c", {5})});
  const ComparedMeasure& p50 = measure(comparison, "delivery.p50");
  EXPECT_DOUBLE_EQ(*p50.differences[0].ratio, 1.5);
  EXPECT_DOUBLE_EQ(*p50.differences[1].ratio, 0.5);
  EXPECT_EQ(p50.differences[0].verdict, "worse, noise unknown");
  EXPECT_EQ(p50.differences[1].verdict, "better, noise unknown");
  EXPECT_EQ(measure(comparison, "rate.got").differences[0].verdict, "same");
  EXPECT_EQ(comparison.test, "");
}

TEST(RunComparison, TellsADifferenceFromNoise) {
  const RunGroup one = group("a", {10, 10.2, 9.9, 10.1});
  const RunComparison apart = compare_runs({one, group("b", {12, 12.1, 11.9, 12.2})});
  const auto& slower = measure(apart, "delivery.p50").differences[0];
  EXPECT_TRUE(slower.beyond_noise);
  EXPECT_EQ(slower.verdict, "worse");
  EXPECT_LT(*slower.probability, 0.05);
  EXPECT_EQ(apart.test, "Welch");

  const RunComparison alike = compare_runs({one, group("b", {10.1, 9.8, 10.3, 10.15})});
  const auto& within = measure(alike, "delivery.p50").differences[0];
  EXPECT_FALSE(within.beyond_noise);
  EXPECT_EQ(within.verdict, "within noise");
}

TEST(RunComparison, RanksWhereThereAreRunsEnough) {
  std::vector<double> low, high;
  for (int i = 0; i < 9; ++i) {
    low.push_back(10 + 0.1 * i);
    high.push_back(20 + 0.1 * i);
  }
  const RunComparison comparison = compare_runs({group("a", low), group("b", high)});
  EXPECT_EQ(comparison.test, "Mann-Whitney");
  EXPECT_TRUE(measure(comparison, "delivery.p50").differences[0].beyond_noise);
}

TEST(RunComparison, HoldsWhatNoRunVariesToBeADifference) {
  RunGroup lossy = group("b", {10, 10});
  for (RunReport& report : lossy.reports) report.exchange.lost = 1;
  const RunComparison comparison = compare_runs({group("a", {10, 10}), lossy});
  const auto& lost = measure(comparison, "exchange.lost").differences[0];
  EXPECT_TRUE(lost.beyond_noise);
  EXPECT_EQ(lost.verdict, "worse");
  EXPECT_FALSE(lost.ratio.has_value());
  EXPECT_THAT(regressions(comparison, 5), ElementsAre("exchange.lost is no longer 0 in b"));
}

TEST(RunComparison, FindsOnlyRegressionsBeyondTheNoiseAndTheBound) {
  const RunGroup one = group("a", {10, 10.2, 9.9, 10.1, 10.05});
  const RunGroup slower = group("b", {12, 12.1, 11.9, 12.2, 12.05});
  EXPECT_THAT(regressions(compare_runs({one, slower}), 10), Not(IsEmpty()));
  EXPECT_THAT(regressions(compare_runs({one, slower}), 30), IsEmpty());
  EXPECT_THAT(regressions(compare_runs({slower, one}), 0), IsEmpty());
  const RunGroup noisy = group("b", {5, 20, 9, 30, 2});
  EXPECT_THAT(regressions(compare_runs({one, noisy}), 10), IsEmpty());
}

TEST(RunComparison, ComparesSlicesWhereItIsAskedTo) {
  RunGroup one = group("a", {10});
  one.reports[0].slices = {{"phase", "outage", {}, run(40).latency, 0, 0}};
  RunGroup other = group("b", {10});
  other.reports[0].slices = {{"phase", "outage", {}, run(20).latency, 0, 0}};
  const RunComparison comparison = compare_runs({one, other}, {.slices = true});
  EXPECT_DOUBLE_EQ(*measure(comparison, "delivery.p99[phase=outage]").differences[0].ratio, 0.5);
  EXPECT_THAT(compare_runs({one, other}).measures, SizeIs(comparison.measures.size() - 2));
}

TEST(RunComparison, SaysWhatMakesRunsHardToCompare) {
  RunGroup other = group("b", {10});
  other.reports[0].scenario = "another";
  other.reports[0].valid = false;
  other.reports[0].environment["cores"] = "8";
  const std::string table = comparison_table(compare_runs({group("a", {10}), other}));
  EXPECT_THAT(table, HasSubstr("CAUTION: the scenarios differ: another, test\n"));
  EXPECT_THAT(table, HasSubstr("CAUTION: the machines' cores entries differ: 8, none\n"));
  EXPECT_THAT(table, HasSubstr("CAUTION: b: in a run the generator could not keep up\n"));
  EXPECT_THAT(table, HasSubstr("noise unknown. gncsim run --repeat N tells noise from difference."));
}

TEST(RunComparison, PrintsForPeopleMachinesAndPages) {
  const RunComparison comparison =
      compare_runs({group("a", {10, 10.2, 9.9}), group("b|<b>", {20, 20.1, 19.9})});
  EXPECT_THAT(comparison_table(comparison), HasSubstr("worse (p < 0.001)"));
  const auto json = nlohmann::json::parse(comparison_json(comparison));
  EXPECT_EQ(json["test"], "Welch");
  EXPECT_EQ(json["measures"][0]["measure"], "delivery.p50");
  EXPECT_EQ(json["measures"][0]["against_first"][0]["beyond_noise"], true);
  const std::string markdown = comparison_markdown(comparison);
  EXPECT_THAT(markdown, HasSubstr("| delivery.p50 ms |"));
  EXPECT_THAT(markdown, HasSubstr("- B: b\\|\\<b\\> (3 runs)"));
}

TEST(RunComparison, ReadsARunOrAllRunsOfAFolder) {
  const TemporaryFolder folder;
  for (const int n : {1, 2, 3}) {
    auto made = RunFolder::create(folder.path() / ("run-" + std::to_string(n)), "s.yaml");
    ASSERT_TRUE(made) << describe(made.error());
    ASSERT_TRUE(made->write_report(run(10 * n)));
  }
  const auto all = read_runs(folder.path());
  ASSERT_TRUE(all) << describe(all.error());
  EXPECT_THAT(all->reports, SizeIs(3));
  const auto one = read_runs(folder.path() / "run-2");
  ASSERT_TRUE(one);
  EXPECT_THAT(one->reports, ElementsAre(run(20)));
  EXPECT_FALSE(read_runs(folder.path() / "run-9"));
  EXPECT_THAT(summary_table(*all), HasSubstr("3 runs of test"));
  const auto summary = nlohmann::json::parse(summary_json(*all));
  EXPECT_EQ(summary["runs"].size(), 3u);
  EXPECT_DOUBLE_EQ(summary["measures"][0]["value"], 20);
}

}  // namespace
}  // namespace gnc::scenarios::run_comparison_test
