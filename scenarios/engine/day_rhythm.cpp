#include "scenarios/engine/day_rhythm.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace gnc::scenarios {
namespace {

// How busy each hour of an office's day is, against the others: some work by night, a rise from six on, a
// dip at noon, and the evening's close.
constexpr std::array<std::uint64_t, 24> office_hours{1, 1,  1,  1,  1,  1, 2, 5, 8, 10, 10, 10,
                                                     8, 10, 10, 10, 10, 7, 4, 2, 2, 2,  1,  1};
constexpr std::int64_t hour = 3'600'000;  // milliseconds
constexpr std::int64_t day = 24 * hour;

}  // namespace

DayRhythm::DayRhythm(Rhythm rhythm, Instant begins, Duration utc, Duration length)
    : rhythm_(rhythm), length_(length.microseconds / 1000) {
  const std::int64_t local = (begins.microseconds + utc.microseconds) / 1000;
  begins_ = (local % day + day) % day;
  work_ = work_until(begins_ + length_) - work_until(begins_);
}

// Since the local midnight before the beginning, in milliseconds of an hour of weight 1.
std::uint64_t DayRhythm::work_until(std::int64_t millisecond) const {
  if (rhythm_ == Rhythm::even) return static_cast<std::uint64_t>(millisecond);
  constexpr std::uint64_t of_day =
      std::accumulate(office_hours.begin(), office_hours.end(), std::uint64_t{0}) * hour;
  const auto of_this = static_cast<std::size_t>(millisecond % day / hour);
  std::uint64_t work = static_cast<std::uint64_t>(millisecond / day) * of_day;
  for (std::size_t i = 0; i < of_this; ++i) work += office_hours[i] * hour;
  return work + office_hours[of_this] * static_cast<std::uint64_t>(millisecond % hour);
}

std::uint64_t DayRhythm::come_up(std::uint64_t whole, std::uint32_t residue, Duration after) const {
  const std::int64_t millisecond = std::min(after.microseconds / 1000, length_);
  if (millisecond >= length_) return whole;
  const std::uint64_t done = work_until(begins_ + millisecond) - work_until(begins_);
  const std::uint64_t quotient = whole / work_, rest = whole % work_;
  // Below 2^64, since both are at most the work of a longest_trade.
  const std::uint64_t product = rest * done;
  const std::uint64_t part = product % work_;
  const bool rounds_up = (part << 16) / work_ + (residue >> 16) >= (1u << 16);
  return std::min(whole, quotient * done + product / work_ + (rounds_up ? 1 : 0));
}

std::uint64_t DayRhythm::most_in(std::uint64_t whole, std::uint32_t residue, Duration interval) const {
  const Duration length{length_ * 1000};
  std::uint64_t most = 0, before = 0;
  for (Duration at{}; at < length; at = at + interval) {
    const std::uint64_t now = come_up(whole, residue, at + interval);
    most = std::max(most, now - before);
    before = now;
  }
  return most;
}

}  // namespace gnc::scenarios
