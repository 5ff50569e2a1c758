#include "scenarios/engine/schedule.h"

#include <algorithm>
#include <cmath>

namespace gnc::scenarios {

Schedule Schedule::constant_for(Rate rate, Duration length) {
  Schedule schedule(rate, 0);
  const double arrivals = rate.each_second * static_cast<double>(length.microseconds) / 1e6;
  auto count = static_cast<std::uint64_t>(std::ceil(arrivals));
  while (count > 0 && schedule.intended(count - 1) >= length) --count;
  while (schedule.intended(count) < length) ++count;
  schedule.count_ = count;
  return schedule;
}

Duration Schedule::intended(std::uint64_t index) const {
  if (rate_.each_second == 0) return {};
  return {std::llround(static_cast<double>(index) * 1e6 / rate_.each_second)};
}

std::uint64_t Schedule::due(Duration after) const {
  if (after < Duration{}) return 0;
  if (rate_.each_second == 0) return count_;
  auto due =
      static_cast<std::uint64_t>(static_cast<double>(after.microseconds) * rate_.each_second / 1e6) + 1;
  while (due > 0 && intended(due - 1) > after) --due;
  while (intended(due) <= after) ++due;
  return std::min(due, count_);
}

}  // namespace gnc::scenarios
