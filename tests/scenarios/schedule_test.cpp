#include "scenarios/engine/schedule.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>

namespace gnc::scenarios::schedule_test {
namespace {

using testing::ElementsAre;

std::vector<Duration> all_of(Schedule schedule) {
  std::vector<Duration> times;
  for (; schedule.next(); schedule.advance()) times.push_back(*schedule.next());
  return times;
}

Schedule even(std::vector<RateStage> stages, std::optional<std::uint64_t> count = {}) {
  return Schedule::of({std::move(stages), count, Spacing::even}, Random(1));
}

Schedule constant(double rate, Duration length, std::optional<std::uint64_t> count = {}) {
  return even({{Rate{rate}, Rate{rate}, length}}, count);
}

TEST(Schedule, IntendsEachArrivalFromItsNumberAlone) {
  EXPECT_THAT(all_of(constant(3, {}, 4)),
              ElementsAre(Duration{}, Duration{333'333}, Duration{666'667}, Duration::from_seconds(1)));
}

TEST(Schedule, HasAsManyArrivalsAsBeginWithinItsLength) {
  EXPECT_EQ(all_of(constant(200, Duration::from_seconds(60))).size(), 12'000u);
  EXPECT_EQ(all_of(constant(3, Duration::from_seconds(1))).size(), 3u);
  EXPECT_EQ(all_of(constant(0.1, Duration::from_seconds(1))).size(), 1u);
  EXPECT_EQ(all_of(constant(100, Duration::from_seconds(1), 5)).size(), 5u);
}

TEST(Schedule, OfABurstIsAllAtOnce) {
  EXPECT_EQ(all_of(Schedule::burst(5)), std::vector<Duration>(5));
  EXPECT_EQ(all_of(Schedule::burst(0)).size(), 0u);
}

TEST(Schedule, GoesUpARampByItsIntegral) {
  // From 0 to 100/s in 10 s: 500 arrivals, number n after sqrt(n / 5) seconds.
  const auto times = all_of(even({{Rate{0}, Rate{100}, Duration::from_seconds(10)}}));
  ASSERT_EQ(times.size(), 500u);
  for (std::size_t n = 0; n < times.size(); ++n) {
    EXPECT_EQ(times[n].microseconds, std::llround(std::sqrt(static_cast<double>(n) / 5) * 1e6)) << n;
  }
}

TEST(Schedule, ContinuesEachStageWhereTheOneBeforeEnded) {
  const Schedule schedule = even({{{}, Rate{100}, Duration::from_seconds(5)},
                                  {{}, Rate{0}, Duration::from_seconds(10)},
                                  {Rate{10}, Rate{10}, Duration::from_seconds(10)}});
  EXPECT_EQ(schedule.expected(), 500 + 500 + 100);
  EXPECT_EQ(schedule.length(), Duration::from_seconds(25));
  const auto times = all_of(schedule);
  ASSERT_EQ(times.size(), 1100u);
  EXPECT_EQ(times[499], Duration::from_milliseconds(4990));
  EXPECT_EQ(times[500], Duration::from_seconds(5));
  // 375 of the 500 of a ramp down are in its first half.
  EXPECT_EQ(times[875], Duration::from_seconds(10));
  EXPECT_EQ(times[1000], Duration::from_seconds(15));
}

TEST(Schedule, NeverGoesBackAndNeverPastItsEnd) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    Random random(seed);
    Arrivals arrivals;
    const std::uint64_t stages = 1 + random.below(4);
    double rate = 0, area = 0;
    Duration length{};
    for (std::uint64_t i = 0; i < stages; ++i) {
      RateStage stage;
      stage.to = {static_cast<double>(random.below(2000)) / 10};
      if (i == 0 || random.below(2) == 0) stage.from = Rate{static_cast<double>(random.below(2000)) / 10};
      stage.length = Duration::from_milliseconds(1 + static_cast<std::int64_t>(random.below(3000)));
      const double from = stage.from ? stage.from->each_second : rate;
      rate = stage.to.each_second;
      area += (from + rate) / 2 * static_cast<double>(stage.length.microseconds) / 1e6;
      length = length + stage.length;
      arrivals.stages.push_back(stage);
    }
    const auto times = all_of(Schedule::of(arrivals, Random(seed)));
    RC_ASSERT(std::abs(static_cast<double>(times.size()) - area) <= 1.0);
    RC_ASSERT(std::is_sorted(times.begin(), times.end()));
    RC_ASSERT(times.empty() || times.back() <= length);
  }));
}

TEST(PoissonSchedule, IsTheSameForTheSameStreamAndAnotherForAnother) {
  const Arrivals arrivals{{{Rate{100}, Rate{100}, Duration::from_seconds(5)}}, {}, Spacing::poisson};
  EXPECT_EQ(all_of(Schedule::of(arrivals, Random(7))), all_of(Schedule::of(arrivals, Random(7))));
  EXPECT_NE(all_of(Schedule::of(arrivals, Random(7))), all_of(Schedule::of(arrivals, Random(8))));
}

TEST(PoissonSchedule, HasIndependentDistancesWithTheRateAsItsMean) {
  const Arrivals arrivals{{{Rate{1000}, Rate{1000}, Duration::from_seconds(100)}}, {}, Spacing::poisson};
  const auto times = all_of(Schedule::of(arrivals, Random(11)));
  // 100 000 on average, with a deviation of 316.
  EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 1'500);
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double distance = (times[i] - times[i - 1]).milliseconds();
    sum += distance;
    squares += distance * distance;
  }
  const double count = static_cast<double>(times.size() - 1);
  const double mean = sum / count, deviation = std::sqrt(squares / count - mean * mean);
  // Exponential: the deviation is the mean.
  EXPECT_NEAR(mean, 1.0, 0.02);
  EXPECT_NEAR(deviation, mean, 0.03);
}

TEST(PoissonSchedule, FollowsARamp) {
  const Arrivals arrivals{{{Rate{0}, Rate{1000}, Duration::from_seconds(20)}}, {}, Spacing::poisson};
  const auto times = all_of(Schedule::of(arrivals, Random(3)));
  const auto half = std::lower_bound(times.begin(), times.end(), Duration::from_seconds(10)) - times.begin();
  EXPECT_NEAR(static_cast<double>(times.size()), 10'000, 500);
  EXPECT_NEAR(static_cast<double>(half), 2'500, 250);
}

}  // namespace
}  // namespace gnc::scenarios::schedule_test
