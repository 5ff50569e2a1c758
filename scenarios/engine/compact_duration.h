#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/types/instant.h"

namespace gnc::scenarios {

// A span of time in four bytes, or none: to the microsecond below 36 minutes, beyond that to 66 ms (0.003 %),
// up to four years. A run keeps several for each exchange.
class CompactDuration {
 public:
  CompactDuration() = default;
  // A negative span, as clocks that are set apart show it, counts as none at all: 0.
  explicit CompactDuration(Duration span) {
    const auto whole = static_cast<std::uint64_t>(std::max<std::int64_t>(span.microseconds, 0));
    code_ = whole < coarse
                ? static_cast<std::uint32_t>(whole)
                : coarse | static_cast<std::uint32_t>(std::min<std::uint64_t>(whole >> shift, largest));
  }

  bool known() const { return code_ != unknown; }
  // Only where it is known.
  Duration value() const {
    if (code_ < coarse) return {code_};
    return {static_cast<std::int64_t>(code_ & ~coarse) << shift};
  }

 private:
  static constexpr std::uint32_t coarse = std::uint32_t{1} << 31;
  static constexpr int shift = 16;
  static constexpr std::uint32_t largest = coarse - 2;
  static constexpr std::uint32_t unknown = UINT32_MAX;
  std::uint32_t code_ = unknown;
};

}  // namespace gnc::scenarios
