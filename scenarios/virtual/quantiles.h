#pragma once

#include <cstdint>
#include <vector>

#include "proto/types/random.h"

namespace gnc::scenarios {

// Quantiles of a time in nanoseconds at even distances, from the least to the most; two at the least.
using Quantiles = std::vector<std::uint64_t>;

// By the quantiles, and evenly between two of them.
inline std::uint64_t drawn(const Quantiles& quantiles, Random& chance) {
  constexpr unsigned parts = 20;
  const std::uint64_t at = chance.below((quantiles.size() - 1) << parts);
  const std::uint64_t low = quantiles[at >> parts], high = quantiles[(at >> parts) + 1];
  return low + ((high - low) * (at & ((1u << parts) - 1)) >> parts);
}

}  // namespace gnc::scenarios
