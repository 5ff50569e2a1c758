#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/types/random.h"
#include "proto/types/uuid.h"

namespace gnc::nodes {

// Ids that rise, also within a millisecond (RFC 9562 §6.2, method 1: a 26-bit counter, then 48 random bits),
// so that every store appends them instead of searching their place.
class IdSequence {
 public:
  explicit IdSequence(Random& random) : random_(random) {}

  Uuid next(Instant now) {
    const std::int64_t millisecond = std::max(now.microseconds / 1000, millisecond_);
    if (millisecond != millisecond_) {
      millisecond_ = millisecond;
      // Half of the counter's range is left to count in.
      counter_ = random_.below(counter_range / 2);
    } else if (++counter_ == counter_range) {
      ++millisecond_;
      counter_ = 0;
    }
    constexpr std::uint64_t random_part = (std::uint64_t{1} << 48) - 1;
    return Uuid::from_parts(Instant{millisecond_ * 1000}, counter_ >> 14,
                            (counter_ & 0x3fff) << 48 | (random_.next() & random_part));
  }

 private:
  static constexpr std::uint64_t counter_range = std::uint64_t{1} << 26;

  Random& random_;
  std::int64_t millisecond_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace gnc::nodes
