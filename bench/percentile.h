#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gnc::bench {

// The value below which `share` of `values` lie. `values` is not empty and is reordered.
inline double percentile(std::vector<double>& values, double share) {
  const auto rank =
      std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

}  // namespace gnc::bench
