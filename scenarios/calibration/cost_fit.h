#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/virtual/cpu_work.h"

namespace gnc::scenarios {

// How often each of the unknown was there, what they came to together, and the whole that this is a part of.
struct FitRow {
  std::vector<double> times;
  double sum = 0;
  double whole = 0;
};

// What each of the unknown is, none below 0, so that the sums come out best: by the least squares of what is
// off, each in proportion to its whole. Rows without a whole are passed over; all have as many unknown.
std::vector<double> fit_rows(std::span<const FitRow>);

// What a thread did under a load, as the virtual world counts it, and the processor time that it took live.
struct ObservedWork {
  CpuWork work;
  double nanoseconds = 0;
};

// A cost that is looked for, and others that are a fixed part of it since no load tells them apart.
struct UnknownCost {
  std::uint64_t CpuCosts::*cost;
  struct Part {
    std::uint64_t CpuCosts::*cost;
    std::uint64_t divisor;
  };
  std::vector<Part> parts = {};
};

// Sets the unknown costs so that the observed times come out best; the other costs are taken as they are.
void fit_costs(std::span<const ObservedWork>, std::span<const UnknownCost>, CpuCosts& costs);

}  // namespace gnc::scenarios
