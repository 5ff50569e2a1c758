#include <gmock/gmock.h>

#include <regex>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/fate_bar.h"
#include "scenarios/report/percentile_chart.h"
#include "scenarios/report/sequence_diagram.h"
#include "scenarios/report/svg.h"
#include "scenarios/report/timeline_chart.h"
#include "tests/scenarios/report/example_report.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::pictures_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Axis, HasRoundTicksFromZeroToAtLeastTheMost) {
  const Axis axis = Axis::linear(187, 100, 0);
  EXPECT_THAT(axis.ticks(), ElementsAre(0, 50, 100, 150, 200));
  EXPECT_DOUBLE_EQ(axis.at(0), 100);
  EXPECT_DOUBLE_EQ(axis.at(100), 50);
  EXPECT_DOUBLE_EQ(axis.at(1e9), 0) << "stays in the picture";
  EXPECT_THAT(Axis::linear(0, 100, 0).ticks(), Not(IsEmpty()));
}

TEST(Axis, HasWholeDecadesWhereItIsLogarithmic) {
  const Axis axis = Axis::logarithmic(0.4, 5200, 100, 0);
  EXPECT_THAT(axis.ticks(), SizeIs(6));
  EXPECT_DOUBLE_EQ(axis.ticks().front(), 0.1);
  EXPECT_DOUBLE_EQ(axis.ticks().back(), 10'000);
  EXPECT_NEAR(axis.at(10), 60, 1e-6);
}

TEST(PercentileChart, DrawsACurveForEachStage) {
  const std::string chart = percentile_chart(latency_curves_of(report_with("a")), 960);
  for (const char* stage : {"admitted", "delivered", "processed"})
    EXPECT_THAT(chart, HasSubstr(std::string(">") + stage + "</text>"));
  EXPECT_EQ(times(chart, "class=\"series "), 3u);
  EXPECT_THAT(chart, HasSubstr("99.9 %</text>"));
  EXPECT_THAT(chart, HasSubstr("<title>delivered: 99 of 100 within 4.11 s</title>"));
  EXPECT_EQ(percentile_chart({}, 960), "");
}

// 12 exchanges say nothing of the slowest of a thousand.
TEST(PercentileChart, ShowsNoPercentileThatSoFewExchangesCannotTell) {
  RunReport report;
  report.latency.delivered = {1, 2, 3, 4, 5, 6, 12};
  const std::string chart = percentile_chart(latency_curves_of(report), 960);
  EXPECT_THAT(chart, Not(HasSubstr(">99 %</text>")));
  EXPECT_THAT(chart, HasSubstr(">90 %</text>"));
}

TEST(LatencyCurves, AreReadFromTheRunsFolder) {
  const TemporaryFolder folder;
  folder.write(
      "latency.csv",
      "clock,stage,quantile,milliseconds,count\nintended,delivered,0.5,41.5,12\nintended,delivered,1,44,12\n"
      "nonsense\nintended,delivered,2,44,12\nintended,delivered,nan,44,12\nsent,delivered,0.5,40,12\n");
  const auto curves = read_latency_curves(folder.path(), RunReport{});
  ASSERT_THAT(curves, SizeIs(2));
  EXPECT_THAT(curves[0].points, SizeIs(2));
  EXPECT_EQ(curves[0].points[1].ms, 44);
  EXPECT_EQ(curves[1].clock, "sent");
  const TemporaryFolder without;
  EXPECT_THAT(read_latency_curves(without.path(), report_with("a")), SizeIs(3));
}

TEST(TimelineChart, DrawsFaultsAsBandsAcrossBothPictures) {
  const std::string chart = timeline_chart(report_with("outage"), 960);
  EXPECT_EQ(times(chart, "class=\"band\""), 2u) << "a fault without an end is a moment";
  EXPECT_EQ(times(chart, "class=\"band-edge\""), 4u);
  EXPECT_EQ(times(chart, "class=\"quiet-band\""), 2u);
  EXPECT_THAT(chart, HasSubstr("logarithmic scale"));
  EXPECT_EQ(timeline_chart(RunReport{}, 960), "");
}

TEST(TimelineChart, PutsSecondsOfALongRunTogether) {
  RunReport report;
  for (std::uint64_t second = 0; second < 86'400; ++second)
    report.timeline.push_back({second, 10, 10, 10, 10, 10, 0, 5, 6, 7});
  EXPECT_EQ(seconds_a_point(report), 288u);
  EXPECT_LT(timeline_chart(report, 960).size(), 40'000u);
}

TEST(TimelineChart, HasAGapWhereNothingWasDelivered) {
  RunReport report;
  for (std::uint64_t second = 0; second < 9; ++second) {
    const bool out = second >= 3 && second < 6;
    report.timeline.push_back({second, 10, 10, 0, 0, 0, 0, out ? 0 : 5.0, out ? 0 : 6.0, out ? 0 : 7.0});
  }
  std::smatch half;
  const std::string chart = timeline_chart(report, 960);
  const auto last = chart.rfind("class=\"series two\"");
  const std::string path = chart.substr(last, chart.find("/>", last) - last);
  EXPECT_EQ(times(path, "M"), 2u) << path;
}

TEST(SequenceDiagram, ShowsWhatWentAcross) {
  SequenceRow row{"peak",
                  "a.xml",
                  "0190",
                  {{0.2, "NZ", "CN", "lodged", ""},
                   {2.9, "NZ", "CN", "sent", ""},
                   {19.2, "NZ", "CN", "admitted", ""},
                   {20.7, "CN", "NZ", "delivered", ""},
                   {53.6, "NZ", "CN", "delivered receipt", ""}}};
  const std::string diagram = sequence_diagram(row);
  EXPECT_EQ(times(diagram, "<line class=\"way"), 3u)
      << "the document, the gateway's receipt, the recipient's";
  EXPECT_EQ(times(diagram, "<circle"), 5u);
  EXPECT_THAT(diagram, HasSubstr(">gateway</text>"));
  EXPECT_EQ(sequence_diagram(SequenceRow{}), "");
}

TEST(FateBar, HasAPartForEachEndThatThereWas) {
  const auto fates = fates_of({.submitted = 100, .processed = 60, .refused = 10, .open = 5});
  ASSERT_THAT(fates, SizeIs(4));
  EXPECT_EQ(fates[1].name, "delivered, no answer due");
  EXPECT_EQ(fates[1].count, 25u);
  EXPECT_EQ(times(share_bar(fates, "Ends"), "<rect"), 4u);
  EXPECT_THAT(fates_of({}), IsEmpty());
}

TEST(Pictures, ShowHostileTextAsText) {
  for (const std::string text : hostile_texts) {
    const RunReport report = report_with(text);
    std::string all = timeline_chart(report, 960) + timeline_chart(report, 360);
    for (const SequenceRow& row : report.sequences) all += sequence_diagram(row);
    EXPECT_THAT(all, Not(HasSubstr("<script"))) << text;
    EXPECT_THAT(all, Not(HasSubstr("<img"))) << text;
    EXPECT_THAT(all, Not(HasSubstr("\x1b"))) << text;
  }
}

}  // namespace
}  // namespace gnc::scenarios::pictures_test
