#include "scenarios/engine/histogram_log.h"

#include <gmock/gmock.h>

#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::histogram_log_test {
namespace {

using testing::HasSubstr;

HdrHistogram histogram_of(std::initializer_list<std::int64_t> values) {
  HdrHistogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

TEST(HistogramLog, BeginsAsTheirLogsDo) {
  EXPECT_EQ(histogram_log_header(Instant{1'441'812'279'474'000}),
            "#The values are microseconds: give plotters an outputValueUnitRatio of 1000 for milliseconds\n"
            "#[Histogram log format version 1.3]\n"
            "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 15:24:39 UTC 2015]\n"
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
}

TEST(HistogramLog, BringsBackTagsTimesAndTheExactLargest) {
  const TemporaryFolder folder;
  const Instant start{1'700'000'000'000'000};
  const HdrHistogram first = histogram_of({500, 41'000, 1'234'567}), second = histogram_of({77});
  const auto file = folder.write(
      "a.hlog", histogram_log_header(start) +
                    histogram_log_line("delivered", {}, Duration::from_seconds(1), first) +
                    histogram_log_line("lag", Duration::from_seconds(3), Duration::from_seconds(1), second));
  const auto log = read_histogram_log(file);
  ASSERT_TRUE(log) << describe(log.error());
  EXPECT_EQ(log->from, start);
  EXPECT_EQ(log->to, start + Duration::from_seconds(4));
  ASSERT_EQ(log->tags.size(), 2u);
  EXPECT_EQ(log->tags.at("delivered"), first);
  EXPECT_EQ(log->tags.at("delivered").max(), 1'234'567);
  EXPECT_EQ(log->tags.at("lag"), second);
}

TEST(HistogramLog, AddsTheIntervalsOfATagAndTheLogsOfTwoGenerators) {
  const TemporaryFolder folder;
  const auto log_of = [&](const char* name, std::int64_t start_s, std::int64_t value) {
    std::string text = histogram_log_header(Instant{start_s * 1'000'000});
    for (int n = 0; n < 3; ++n) {
      text += histogram_log_line("delivered", Duration::from_seconds(n), Duration::from_seconds(1),
                                 histogram_of({value + n}));
    }
    return *read_histogram_log(folder.write(name, text));
  };
  HistogramLog merged = log_of("a.hlog", 1'700'000'000, 1000);
  merged.merge(log_of("b.hlog", 1'700'000'002, 9000));
  EXPECT_EQ(merged.tags.at("delivered"), histogram_of({1000, 1001, 1002, 9000, 9001, 9002}));
  EXPECT_EQ(merged.to - merged.from, Duration::from_seconds(5));
  const auto again = read_histogram_log(folder.write("merged.hlog", histogram_log_text(merged)));
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->tags, merged.tags);
}

TEST(HistogramLog, ReadsTheLogsOfTheHdrHistogramLibraries) {
  const TemporaryFolder folder;
  // As nosqlbench and HdrHistogramJS's tests have them.
  const auto file = folder.write(
      "theirs.hlog",
      "#logging histograms for session testing\n"
      "#[Histogram log format version 1.2]\n"
      "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 08:24:39 PDT 2015]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
      "0.127,1.007,2.769,"
      "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2Cs"
      "I=\n"
      "Tag=A,0.127,1.007,2.769,"
      "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2Cs"
      "I="
      "\n");
  const auto log = read_histogram_log(file);
  ASSERT_TRUE(log) << describe(log.error());
  ASSERT_EQ(log->tags.size(), 2u);
  EXPECT_GT(log->tags.at("").count(), 0u);
  EXPECT_EQ(log->tags.at(""), log->tags.at("A"));
  // Counted from the start of the log.
  EXPECT_EQ(log->from.microseconds, 1'441'812'279'601'000);
}

TEST(HistogramLog, NamesTheLineThatIsWrong) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.hlog", histogram_log_header(Instant{}) + "Tag=lag,0.000,1.000,x,HIST\n");
  const auto log = read_histogram_log(file);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().where, file.string() + ":5");
  EXPECT_THAT(log.error().detail, HasSubstr("no numbers"));
  EXPECT_FALSE(read_histogram_log(folder.write("b.hlog", "0,1,2,HISTFAAAA\n")));
  EXPECT_FALSE(read_histogram_log(folder.path() / "none.hlog"));
}

}  // namespace
}  // namespace gnc::scenarios::histogram_log_test
