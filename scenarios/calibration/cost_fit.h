#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "scenarios/virtual/cpu_work.h"

namespace gnc::scenarios {

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

// Sets the two so that the observed times come out best, by the least squares of what is off in proportion;
// the other costs are taken as they are. Neither is below 0.
void fit_costs(std::span<const ObservedWork>, const UnknownCost& first, const UnknownCost& second,
               CpuCosts& costs);

}  // namespace gnc::scenarios
