#include "nodes/window/chance.h"

#include <array>

#include <fmt/format.h>

namespace gnc::window {
namespace {

// In the largest unit that needs no fraction.
std::string length_text(Duration length) {
  struct Unit {
    std::int64_t microseconds;
    const char* name;
  };
  constexpr std::array<Unit, 5> units{
      {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "min"}, {1'000'000, "s"}, {1'000, "ms"}}};
  for (const Unit& unit : units) {
    if (length.microseconds != 0 && length.microseconds % unit.microseconds == 0)
      return fmt::format("{} {}", length.microseconds / unit.microseconds, unit.name);
  }
  return fmt::format("{} us", length.microseconds);
}

}  // namespace

bool is_sampled(const Decimal& per_cent, std::uint64_t draw) {
  const auto share = Decimal(static_cast<std::int64_t>(draw % 1'000'000'000)).shifted(-7);
  return share < per_cent;
}

Duration TimeSpread::drawn(Random random) const {
  if (least == most) return least;
  // Whole numbers alone, so that every machine draws the same.
  constexpr std::int64_t all = 100'000, half = all / 2, nearly_all = all / 100 * 95;
  const auto at = static_cast<std::int64_t>(random.below(all));
  const auto between = [at](Duration low, Duration high, std::int64_t from, std::int64_t to) {
    // Multiplied before it is divided: within 64 bits for spans of two years.
    return low + (high - low) * (at - from) / (to - from);
  };
  if (at < half) return between(least, median, 0, half);
  if (at < nearly_all) return between(median, p95, half, nearly_all);
  return between(p95, most, nearly_all, all);
}

std::string TimeSpread::text() const {
  if (least == most) return length_text(least);
  return fmt::format("{} to {}, half of them within {}", length_text(least), length_text(most),
                     length_text(median));
}

}  // namespace gnc::window
