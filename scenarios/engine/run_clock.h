#pragma once

#include <chrono>

#include "proto/types/instant.h"

namespace gnc::scenarios {

// The time of day when the run began, and from there on the steady clock: it compares with what other
// processes say, and no step of the system's clock moves a start.
class RunClock {
 public:
  using Steady = std::chrono::steady_clock;

  Instant now() const { return at(Steady::now()); }
  Instant at(Steady::time_point time) const { return {to_microseconds(time - steady_) + wall_.microseconds}; }
  Steady::time_point steady(Instant at) const {
    return steady_ + std::chrono::microseconds(at.microseconds - wall_.microseconds);
  }

 private:
  template <class Length>
  static std::int64_t to_microseconds(Length length) {
    return std::chrono::duration_cast<std::chrono::microseconds>(length).count();
  }

  Steady::time_point steady_ = Steady::now();
  Instant wall_{to_microseconds(std::chrono::system_clock::now().time_since_epoch())};
};

}  // namespace gnc::scenarios
