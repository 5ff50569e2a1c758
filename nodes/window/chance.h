#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nodes/window/decimal.h"
#include "proto/types/instant.h"
#include "proto/types/random.h"

// What chance decides at a window. The draw comes from outside: the same draw gives the same decision.
namespace gnc::window {

// Whether a draw, evenly distributed over all 64 bits, is one of so many per cent; to a billionth.
bool is_sampled(const Decimal& per_cent, std::uint64_t draw);

// How long something takes, which differs from one time to the next: half of all times are between `least`
// and `median`, 45 % between `median` and `p95`, 5 % between `p95` and `most`, evenly in each part.
struct TimeSpread {
  Duration least, median, p95, most;

  static TimeSpread always(Duration length) { return {length, length, length, length}; }
  Duration drawn(Random random) const;
  // "3 d", "1 d to 9 d, half of them within 3 d".
  std::string text() const;
};

}  // namespace gnc::window
