#pragma once

#include <chrono>
#include <optional>

#include "proto/types/instant.h"

namespace gnc {

// Notices where a clock that people set is put forward or back, by one that only goes on.
class ClockSteps {
 public:
  using Steady = std::chrono::steady_clock;

  // Less is drift, or the time between two looks at clocks.
  static constexpr Duration least = Duration::from_seconds(1);

  explicit ClockSteps(Instant now, Steady::time_point steady = Steady::now()) : offset_(apart(now, steady)) {}

  // By how much the clock was put since it was asked last; nothing where it was not.
  std::optional<Duration> since(Instant now, Steady::time_point steady = Steady::now()) {
    const Duration step = apart(now, steady) - offset_;
    const bool stepped = step >= least || step <= least * -1;
    // Drift does not add up to a step.
    offset_ = offset_ + step;
    return stepped ? std::optional(step) : std::nullopt;
  }
  bool has_stepped(Instant now, Steady::time_point steady = Steady::now()) const {
    ClockSteps copy(*this);
    return copy.since(now, steady).has_value();
  }

 private:
  static Duration apart(Instant now, Steady::time_point steady) {
    const auto running = std::chrono::duration_cast<std::chrono::microseconds>(steady.time_since_epoch());
    return now - Instant{running.count()};
  }

  Duration offset_;
};

}  // namespace gnc
