#include "scenarios/engine/report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/hdr_histogram.h"

namespace gnc::scenarios::report_test {
namespace {

using testing::HasSubstr;

RunReport example() {
  RunReport report;
  report.scenario = "Export data arrives before the ship";
  report.world = "live";
  report.version = "0.1.0";
  report.seed = 7;
  report.started_at = "2026-01-31T08:30:00Z";
  report.took_seconds = 1.5;
  report.exchange = {.submitted = 12,
                     .admitted = 11,
                     .delivered = 11,
                     .processed = 10,
                     .refused = 1,
                     .expired = 0,
                     .dead_lettered = 0,
                     .open = 1,
                     .duplicates_suppressed = 2,
                     .delivered_twice = 0,
                     .lost = 0};
  report.refusals = {{"GNC-101", "DOCUMENT_NOT_WELL_FORMED", "broken.xml", "</a> expected", "broken.xml:3:7",
                      "42A", "Correct it.", 1}};
  report.latency.delivered = {41.5, 42, 43, 44, 45, 46, 11};
  report.rate_asked = 200;
  report.processes = {{"gateway", 5500, 30u << 20, 1, {{"gnc-core", 4000}, {"others", 1500}}}};
  report.links = {{"NZ-gateway", 10'000, 20'000}};
  report.steps = {{"await CN receives exports within 2 s", "a.yaml:9", true, "", 88.5}};
  report.promises = {{"What was admitted is not lost", true, "11 exchanges"}};
  report.expectations = {{"exchange.lost == 0", true, 0.0, "a.yaml:12"},
                         {"processing.p99 < 1s", false, std::nullopt, "a.yaml:13"}};
  report.environment = {{"cores", "2"}};
  report.rate_got = 199.5;
  report.slices = {{"workload", "peak", {.submitted = 12, .delivered = 11}, report.latency, 200, 199.5},
                   {"phase", "outage", {.submitted = 2, .refused = 1}, {}, 0, 0}};
  report.timeline = {{.second = 0, .asked = 12, .sent = 12, .delivered = 11, .delivered_p50_ms = 41.5}};
  report.faults = {{"cut NZ-gateway for 5 s", "outage", 20, 25.0, "1 connection closed"},
                   {"kill gateway", "", 30, std::nullopt, ""}};
  report.generator = {0.25, 12, 0, 0, "kept up"};
  report.warm_up_s = 5;
  report.warm_up = "given";
  report.intervals = {{"delivery.p50", 41.5, 41.1, 41.9, 0.95, 20}};
  report.indicators = {.real_time_ms = 1000,
                       .consignments = 12,
                       .arrived = 11,
                       .arrived_in_real_time = 10,
                       .closed_well = 10,
                       .paperless = 9,
                       .paper_touches = 3,
                       .answered = 10,
                       .accepted_at_once = 9,
                       .green = 5,
                       .yellow = 2,
                       .red = 1,
                       .agencies_asked = 12,
                       .documents_wanted = 1,
                       .released = 7,
                       .compared = 5,
                       .matched = 4,
                       .stated_elements = 210,
                       .held_elements = 120,
                       .paired = 3,
                       .paired_with_discrepancy = 2,
                       .nothing_to_pair = 4,
                       .paired_late = 1,
                       .paired_late_with_discrepancy = 1,
                       .discrepancies = {{"gross mass", 3}},
                       .release = {700, 800, 900, 1000, 1000, 1000, 7}};
  report.slices[0].indicators = report.indicators;
  report.sequences = {{"peak", "a.xml", "0190", {{0.5, "NZ", "CN", "lodged", ""}}}};
  return report;
}

TEST(Report, IsTheSameAfterItsJsonIsReadAgain) {
  const auto read = report_from_json(to_json(example()));
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(*read, example());
}

TEST(Report, RefusesAnotherSchemaAndTextThatIsNoReport) {
  std::string other = to_json(example());
  other.replace(other.find("\"schema\": 1"), 11, "\"schema\": 9");
  const auto read = report_from_json(other);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, HasSubstr("schema 9, not 1"));
  EXPECT_FALSE(report_from_json("{\"schema\": 1}"));
  EXPECT_FALSE(report_from_json("not JSON"));
}

TEST(Report, TablesWhatHeldAndWhatDidNot) {
  const std::string table = report_table(example());
  EXPECT_THAT(table, HasSubstr("delivered       41.5     44.0     45.0     46.0       11"));
  EXPECT_THAT(table,
              HasSubstr("GNC-101 DOCUMENT_NOT_WELL_FORMED broken.xml\n      </a> expected, at 3:7, 42A\n"));
  EXPECT_THAT(table, HasSubstr("held      exchange.lost == 0  (it was 0)"));
  EXPECT_THAT(table, HasSubstr("NOT HELD  processing.p99 < 1s  (it was not measured)"));
  EXPECT_THAT(table, HasSubstr("500 us CPU an exchange"));
  EXPECT_THAT(table,
              HasSubstr("rate: asked 200/s, got 200/s; the generator kept up, p99 of its lag 0.00 ms"));
  EXPECT_THAT(table, HasSubstr("warm-up: 5.0 s left out of latencies and rates, given"));
  EXPECT_THAT(table, HasSubstr("delivery.p50         41.5    41.1 to 41.9 in 95 % of such runs"));
  EXPECT_THAT(table,
              HasSubstr("workload peak           12        11        0        41.5     44.0     200/s"));
  EXPECT_THAT(table,
              HasSubstr("phase outage             2         0        1           -        -         -"));
  EXPECT_THAT(table, HasSubstr("at 20.0 s  cut NZ-gateway for 5 s: 1 connection closed"));
  EXPECT_THAT(table, HasSubstr("paperless.rate           75 %  Documents dealt with"));
  EXPECT_THAT(table,
              HasSubstr("risk channels: 5 green, 2 yellow, 1 red; 7 released, 1 asked for a document"));
  EXPECT_FALSE(example().all_held());
}

TEST(Report, TablesOfManyProcessesThoseThatTakeMostOrWereRestarted) {
  RunReport report = example();
  report.processes.clear();
  for (std::uint64_t i = 1; i <= 20; ++i)
    report.processes.push_back({fmt::format("node-{:02}", i), i * 1000});
  report.processes[2].restarts = 2;
  const std::string table = report_table(report);
  EXPECT_THAT(table, HasSubstr("\nCost\n  node-20         20.0 ms CPU\n  node-19         19.0 ms CPU\n"));
  EXPECT_THAT(
      table, HasSubstr("  node-09          9.0 ms CPU\n  node-03          3.0 ms CPU, started again 2 times\n"
                       "  7 more          33.0 ms CPU, none more than 8.0\n"));
  report.processes.resize(13);
  EXPECT_THAT(report_table(report), HasSubstr("\n  node-01          1.0 ms CPU\n  node-02"));
  EXPECT_THAT(report_table(report), testing::Not(HasSubstr("more")));
}

TEST(Report, OfAnOlderVersionHasNoIndicators) {
  auto json = nlohmann::json::parse(to_json(example()));
  json.erase("indicator_counts");
  json["indicators"] = nlohmann::json::object();
  for (auto& slice : json["slices"]) slice.erase("indicator_counts");
  const auto read = report_from_json(json.dump());
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read->indicators, IndicatorCounts{});
  EXPECT_THAT(report_table(*read), testing::Not(HasSubstr("Indicators")));
}

TEST(Report, ShowsControlCharactersFromOutsideAsText) {
  RunReport report = example();
  report.refusals[0].document = "evil\x1b[2J.xml";
  report.refusals[0].detail = "bytes \xff";
  EXPECT_THAT(report_table(report), testing::Not(HasSubstr("\x1b")));
  EXPECT_TRUE(report_from_json(to_json(report)));
}

TEST(Report, SummarisesAHistogramOfMicrosecondsInMilliseconds) {
  HdrHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(i * 1000);
  const LatencySummary summary = LatencySummary::of(histogram);
  EXPECT_NEAR(summary.p50, 500, 0.5);
  EXPECT_NEAR(summary.p99, 990, 1);
  EXPECT_EQ(summary.max, 1000);
  EXPECT_EQ(summary.count, 1000u);
}

}  // namespace
}  // namespace gnc::scenarios::report_test
