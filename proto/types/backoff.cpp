#include "proto/types/backoff.h"

#include <algorithm>

namespace gnc {

Duration backoff(std::uint32_t failures, Duration base, Duration ceiling, Random& jitter) {
  Duration whole = base;
  for (std::uint32_t i = 1; i < failures && whole < ceiling; ++i) whole = whole * 2;
  whole = std::min(whole, ceiling);
  const Duration half = whole / 2;
  return half + Duration{static_cast<std::int64_t>(
                    jitter.below(static_cast<std::uint64_t>((whole - half).microseconds) + 1))};
}

}  // namespace gnc
