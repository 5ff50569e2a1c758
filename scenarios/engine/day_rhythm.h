#pragma once

#include <cstdint>

#include "proto/types/instant.h"
#include "scenarios/engine/trade.h"

namespace gnc::scenarios {

// How much of the work of `length` has come up `after` its beginning, at a place whose clocks show
// `begins` (of the day) then: `whole` shares of it, rounded down after adding `residue` (below 2^32, as a
// part of a share). All of them once the length is over.
class DayRhythm {
 public:
  DayRhythm(Rhythm rhythm, Instant begins, Duration utc, Duration length);

  std::uint64_t come_up(std::uint64_t whole, std::uint32_t residue, Duration after) const;
  // Of `interval` after `interval` since the beginning, what comes up in the busiest.
  std::uint64_t most_in(std::uint64_t whole, std::uint32_t residue, Duration interval) const;

 private:
  std::uint64_t work_until(std::int64_t millisecond) const;

  Rhythm rhythm_;
  std::int64_t begins_;  // milliseconds since a local midnight
  std::int64_t length_;
  std::uint64_t work_;  // in all
};

}  // namespace gnc::scenarios
