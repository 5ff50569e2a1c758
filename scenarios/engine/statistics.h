#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The few statistics that a run and a comparison of runs need (docs/reports.md says why these).
namespace gnc::scenarios {

// How many observations at the beginning are best left out as warm-up, by MSER-5 (White, Cobb and Spratt
// 2000): of all cuts between batches of five, the one after which the mean is known best. None where that cut
// lies in the second half of the observations: they are too few to tell.
std::optional<std::size_t> mser5_cut(std::span<const double> observations);

struct Interval {
  double value = 0, low = 0, high = 0;
};

// Of the mean of independent values, by Student's t; at least two values.
Interval mean_interval(std::span<const double> values, double level);

// By sectioning (Asmussen and Glynn 2007, III.5a): the estimate over all observations, and as wide as those
// of successive batches lie about it, by Student's t; at least two batches.
Interval sectioned_interval(double estimate, std::span<const double> of_batches, double level);

// The value at or below which the share `quantile` lies (nearest rank). Reorders the values; not for none.
double quantile_of(std::span<double> values, double quantile);

// The probability that two groups of runs of the same system differ at least as much as these: two-sided.
// Mann and Whitney's test of ranks, exact with ties for up to 60 values, beyond that by the normal
// approximation.
double mann_whitney(std::span<const double> one, std::span<const double> other);
// The smallest that it can give with groups of these sizes.
double least_mann_whitney(std::size_t one, std::size_t other);
// Welch's t test; at least two values in each.
double welch(std::span<const double> one, std::span<const double> other);

// The probabilities of several tests, raised by Holm's method so that each may be held against the level that
// one test alone would be.
std::vector<double> holm(std::span<const double> probabilities);

}  // namespace gnc::scenarios
