#include "scenarios/engine/statistics.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <numeric>

namespace gnc::scenarios {
namespace {

constexpr std::size_t most_exact = 60;

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The sum of squares about `centre`.
double spread_about(std::span<const double> values, double centre) {
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum;
}

// Half the width of Student's interval with this standard error.
double half_width(double standard_error, double degrees, double level) {
  if (standard_error == 0) return 0;
  return boost::math::quantile(boost::math::students_t(degrees), 0.5 + level / 2) * standard_error;
}

// Twice the rank of each value among all, so that those of ties, which share the middle of theirs, are whole
// numbers.
std::vector<int> doubled_ranks(std::span<const double> one, std::span<const double> other) {
  std::vector<double> sorted(one.begin(), one.end());
  sorted.insert(sorted.end(), other.begin(), other.end());
  std::vector<double> values = sorted;
  std::sort(sorted.begin(), sorted.end());
  std::vector<int> ranks;
  for (const double value : values) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
    ranks.push_back(static_cast<int>((first - sorted.begin()) + 1 + (last - sorted.begin())));
  }
  return ranks;
}

// The share of all ways to choose `count` of the ranks whose sum lies at least `distance` from `expected`.
double share_as_far(const std::vector<int>& ranks, std::size_t count, double expected, double distance) {
  const auto total = static_cast<std::size_t>(std::accumulate(ranks.begin(), ranks.end(), 0));
  // ways[n][s]: how often n of the ranks seen so far have the sum s.
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(total + 1, 0));
  ways[0][0] = 1;
  for (const int rank : ranks) {
    const auto step = static_cast<std::size_t>(rank);
    for (std::size_t n = count; n > 0; --n) {
      for (std::size_t sum = total; sum + 1 > step; --sum) ways[n][sum] += ways[n - 1][sum - step];
    }
  }
  double all = 0, far = 0;
  for (std::size_t sum = 0; sum <= total; ++sum) {
    all += ways[count][sum];
    if (std::abs(static_cast<double>(sum) - expected) >= distance - 1e-9) far += ways[count][sum];
  }
  return far / all;
}

}  // namespace

std::optional<std::size_t> mser5_cut(std::span<const double> observations) {
  constexpr std::size_t batch = 5;
  const std::size_t count = observations.size() / batch;
  if (count < 4) return std::nullopt;
  std::vector<double> means(count);
  for (std::size_t i = 0; i < count; ++i) means[i] = mean_of(observations.subspan(i * batch, batch));
  // About the mean of all, so that squares of large numbers do not swallow the differences.
  const double centre = mean_of(means);
  std::size_t best = 0;
  double least = HUGE_VAL, sum = 0, squares = 0;
  for (std::size_t first = count; first-- > 0;) {
    const double value = means[first] - centre;
    sum += value;
    squares += value * value;
    const auto left = static_cast<double>(count - first);
    // The last few agree by chance.
    if (left < batch) continue;
    const double statistic = (squares - sum * sum / left) / (left * left);
    // Of equals, the cut that leaves out the least.
    if (statistic <= least) {
      least = statistic;
      best = first;
    }
  }
  if (best > count / 2) return std::nullopt;
  return best * batch;
}

Interval mean_interval(std::span<const double> values, double level) {
  return sectioned_interval(mean_of(values), values, level);
}

Interval sectioned_interval(double estimate, std::span<const double> of_batches, double level) {
  const auto count = static_cast<double>(of_batches.size());
  const double variance = spread_about(of_batches, estimate) / (count - 1);
  const double half = half_width(std::sqrt(variance / count), count - 1, level);
  return {estimate, estimate - half, estimate + half};
}

double quantile_of(std::span<double> values, double quantile) {
  const double rank = std::ceil(quantile * static_cast<double>(values.size()));
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(values.size()))) - 1;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

double mann_whitney(std::span<const double> one, std::span<const double> other) {
  const std::vector<int> ranks = doubled_ranks(one, other);
  const auto first = static_cast<double>(one.size());
  const auto all = static_cast<double>(ranks.size());
  const double sum =
      std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(one.size()), 0.0);
  const double expected = first * (all + 1);
  const double distance = std::abs(sum - expected);
  if (ranks.size() <= most_exact) return share_as_far(ranks, one.size(), expected, distance);
  double ties = 0;
  std::map<int, double> sizes;
  for (const int rank : ranks) ++sizes[rank];
  for (const auto& [rank, size] : sizes) ties += size * size * size - size;
  const double variance = first * (all - first) / 12 * ((all + 1) - ties / (all * (all - 1)));
  if (variance == 0) return 1;
  // Half of the doubled sums, and half a rank for continuity.
  const double z = std::max(0.0, distance / 2 - 0.5) / std::sqrt(variance);
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

double least_mann_whitney(std::size_t one, std::size_t other) {
  double ways = 1;
  for (std::size_t i = 1; i <= one; ++i) ways *= static_cast<double>(other + i) / static_cast<double>(i);
  return std::min(1.0, 2 / ways);
}

double welch(std::span<const double> one, std::span<const double> other) {
  const auto of = [](std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    return spread_about(values, mean_of(values)) / (count - 1) / count;
  };
  const double first = of(one), second = of(other);
  const double difference = std::abs(mean_of(one) - mean_of(other));
  if (first + second == 0) return difference == 0 ? 1 : 0;
  const double degrees = (first + second) * (first + second) /
                         (first * first / static_cast<double>(one.size() - 1) +
                          second * second / static_cast<double>(other.size() - 1));
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees),
                                                      difference / std::sqrt(first + second)));
}

std::vector<double> holm(std::span<const double> probabilities) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return probabilities[a] < probabilities[b]; });
  std::vector<double> raised(probabilities.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, static_cast<double>(order.size() - i) * probabilities[order[i]]));
    raised[order[i]] = least;
  }
  return raised;
}

}  // namespace gnc::scenarios
