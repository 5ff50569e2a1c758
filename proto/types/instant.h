#pragma once

#include <compare>
#include <cstdint>

namespace gnc {

// A span of time in microseconds.
struct Duration {
  std::int64_t microseconds = 0;

  static constexpr Duration from_milliseconds(std::int64_t n) { return {n * 1'000}; }
  static constexpr Duration from_seconds(std::int64_t n) { return {n * 1'000'000}; }
  constexpr double milliseconds() const { return static_cast<double>(microseconds) / 1e3; }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration other) const { return {microseconds + other.microseconds}; }
  constexpr Duration operator-(Duration other) const { return {microseconds - other.microseconds}; }
  constexpr Duration operator*(std::int64_t n) const { return {microseconds * n}; }
  constexpr Duration operator/(std::int64_t n) const { return {microseconds / n}; }
};

// A point in time: microseconds since 1970-01-01T00:00:00Z, as the contract's sfixed64 fields have it.
struct Instant {
  std::int64_t microseconds = 0;

  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant operator+(Duration d) const { return {microseconds + d.microseconds}; }
  constexpr Instant operator-(Duration d) const { return {microseconds - d.microseconds}; }
  constexpr Duration operator-(Instant other) const { return {microseconds - other.microseconds}; }
};

}  // namespace gnc
