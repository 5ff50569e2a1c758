#include "scenarios/engine/hdr_histogram.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace gnc::scenarios::hdr_histogram_test {
namespace {

// Values of every magnitude, not only small ones.
rc::Gen<std::int64_t> any_value() {
  return rc::gen::apply([](std::int64_t bits, int shift) { return (bits & HdrHistogram::largest) >> shift; },
                        rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 47));
}

std::int64_t exact_quantile(const std::vector<std::int64_t>& sorted, double quantile) {
  const double rank = std::ceil(quantile * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

HdrHistogram histogram_of(const std::vector<std::int64_t>& values) {
  HdrHistogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

RC_GTEST_PROP(HdrHistogram, IsWithinATenthOfAPercentOfTheExactQuantile, ()) {
  auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(any_value()));
  const HdrHistogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (const double quantile : {0.0, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const std::int64_t exact = exact_quantile(values, quantile);
    const std::int64_t measured = histogram.value_at(quantile);
    RC_ASSERT(std::abs(static_cast<double>(measured - exact)) <= 0.001 * static_cast<double>(exact));
  }
  RC_ASSERT(histogram.max() == values.back());
  RC_ASSERT(histogram.min() == values.front());
  RC_ASSERT(histogram.count() == values.size());
}

RC_GTEST_PROP(HdrHistogram, MergedIsTheSameAsRecordedTogether,
              (const std::vector<std::uint32_t>& first, const std::vector<std::uint32_t>& second)) {
  HdrHistogram together, one, other;
  for (const auto value : first) {
    together.record(value);
    one.record(value);
  }
  for (const auto value : second) {
    together.record(value);
    other.record(value);
  }
  one.merge(other);
  RC_ASSERT(one == together);
}

TEST(HdrHistogram, VisitsEachCellThatHoldsSomething) {
  HdrHistogram histogram;
  histogram.record(7, 3);
  histogram.record(100'000);
  std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
  histogram.each([&](std::int64_t value, std::uint64_t count) { seen.emplace_back(value, count); });
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0], (std::pair<std::int64_t, std::uint64_t>{7, 3}));
  EXPECT_NEAR(static_cast<double>(seen[1].first), 100'000, 100);
}

TEST(HdrHistogram, KeepsValuesInBounds) {
  HdrHistogram histogram;
  EXPECT_EQ(histogram.value_at(0.5), 0);
  histogram.record(-5);
  histogram.record(INT64_MAX);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), HdrHistogram::largest);
}

}  // namespace
}  // namespace gnc::scenarios::hdr_histogram_test
