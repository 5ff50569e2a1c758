#include "scenarios/engine/statistics.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace gnc::scenarios::statistics_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

std::vector<double> noise(std::size_t count, double mean, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(mean, 1);
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

TEST(Statistics, CutsAWarmUpOffWhereItEnds) {
  std::vector<double> observations = noise(2000, 10, 1);
  // Falls to where it stays within 300 observations.
  for (std::size_t i = 0; i < 300; ++i) observations[i] += 40 * (1 - static_cast<double>(i) / 300);
  const auto cut = mser5_cut(observations);
  ASSERT_TRUE(cut);
  EXPECT_GE(*cut, 250u);
  EXPECT_LE(*cut, 400u);
  EXPECT_EQ(*cut % 5, 0u);
}

TEST(Statistics, CutsLittleOffWhatIsSteadyFromTheBeginning) {
  const auto cut = mser5_cut(noise(2000, 10, 2));
  ASSERT_TRUE(cut);
  EXPECT_LE(*cut, 200u);
  EXPECT_EQ(mser5_cut(std::vector<double>(100, 7.0)), 0u);
}

TEST(Statistics, FindsNoEndOfAWarmUpThatLastsTooLong) {
  std::vector<double> rising(1000);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<double>(i);
  EXPECT_EQ(mser5_cut(rising), std::nullopt);
  EXPECT_EQ(mser5_cut(noise(10, 1, 3)), std::nullopt);
}

TEST(Statistics, GivesStudentsInterval) {
  // t(0.975, 4) = 2.7764, s = sqrt(2.5).
  const Interval interval = mean_interval(std::vector<double>{1, 2, 3, 4, 5}, 0.95);
  EXPECT_DOUBLE_EQ(interval.value, 3);
  EXPECT_NEAR(interval.low, 3 - 2.7764 * std::sqrt(2.5 / 5), 1e-4);
  EXPECT_NEAR(interval.high, 3 + 2.7764 * std::sqrt(2.5 / 5), 1e-4);
  const Interval certain = mean_interval(std::vector<double>{4, 4, 4}, 0.95);
  EXPECT_EQ(certain.low, 4);
  EXPECT_EQ(certain.high, 4);
}

TEST(Statistics, GivesIntervalsThatHoldTheTrueValueAsOftenAsTheySay) {
  int held = 0;
  constexpr int trials = 400;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> values = noise(4000, 10, 100 + static_cast<unsigned>(trial));
    std::vector<double> of_batches;
    for (std::size_t batch = 0; batch < 20; ++batch) {
      of_batches.push_back(quantile_of(std::span(values).subspan(batch * 200, 200), 0.9));
    }
    const Interval interval = sectioned_interval(quantile_of(values, 0.9), of_batches, 0.95);
    const double truth = 10 + 1.2815515655;
    held += interval.low <= truth && truth <= interval.high;
  }
  EXPECT_GE(held, trials * 91 / 100);
  EXPECT_LE(held, trials * 99 / 100);
}

RC_GTEST_PROP(Statistics, FindTheQuantileThatSortingFinds, ()) {
  auto values = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<int>>());
  std::vector<double> reals(values.begin(), values.end());
  std::sort(values.begin(), values.end());
  const int share = *rc::gen::inRange(0, 101);
  const auto rank = static_cast<std::size_t>(std::ceil(share / 100.0 * static_cast<double>(values.size())));
  RC_ASSERT(quantile_of(reals, share / 100.0) == values[std::max<std::size_t>(rank, 1) - 1]);
}

TEST(Statistics, RankGroupsExactly) {
  // All of one below all of the other: 2 of the 70 ways to choose 4 of 8.
  const std::vector<double> low{1, 2, 3, 4}, high{5, 6, 7, 8};
  EXPECT_NEAR(mann_whitney(low, high), 2.0 / 70, 1e-12);
  EXPECT_NEAR(least_mann_whitney(4, 4), 2.0 / 70, 1e-12);
  // A sum of ranks of 13 or less, or 23 or more: 14 of the 70.
  EXPECT_NEAR(mann_whitney(std::vector<double>{1, 2, 3, 7}, std::vector<double>{4, 5, 6, 8}), 0.2, 1e-12);
  EXPECT_DOUBLE_EQ(mann_whitney(std::vector<double>{3, 3, 3}, std::vector<double>{3, 3, 3}), 1);
}

TEST(Statistics, RankLargeGroupsByTheNormalApproximation) {
  const std::vector<double> one = noise(40, 10, 7), same = noise(40, 10, 8), other = noise(40, 11, 9);
  EXPECT_GT(mann_whitney(one, same), 0.05);
  EXPECT_LT(mann_whitney(one, other), 0.01);
}

TEST(Statistics, CompareMeansAsWelchDid) {
  // t = 0.86246 with 5.752 degrees of freedom.
  const std::vector<double> one{27.5, 21, 19, 23.6, 17}, other{27.1, 22, 20.8, 23.4, 23.4, 23.5};
  EXPECT_NEAR(welch(one, other), 0.42293, 1e-5);
  EXPECT_EQ(welch(std::vector<double>{2, 2}, std::vector<double>{2, 2}), 1);
  EXPECT_EQ(welch(std::vector<double>{2, 2}, std::vector<double>{3, 3}), 0);
}

TEST(Statistics, RaiseProbabilitiesAsHolmDid) {
  EXPECT_THAT(holm(std::vector<double>{0.01, 0.04, 0.03, 0.005}),
              ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12), DoubleNear(0.06, 1e-12),
                          DoubleNear(0.02, 1e-12)));
  EXPECT_THAT(holm(std::vector<double>{0.9, 0.8}), ElementsAre(1, 1));
}

}  // namespace
}  // namespace gnc::scenarios::statistics_test
