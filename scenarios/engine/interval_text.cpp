#include "scenarios/engine/interval_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gnc::scenarios {
namespace {

std::string number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e9) return fmt::format("{:.0f}", value);
  if (std::abs(value) >= 100) return fmt::format("{:.0f}", value);
  return std::abs(value) >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

}  // namespace

std::string value_text(const std::optional<IntervalRow>& row) {
  if (!row) return "-";
  if (row->batches < 2 || row->high == row->low) return number(row->value);
  return fmt::format("{} ±{}", number(row->value), number((row->high - row->low) / 2));
}

std::string right_aligned(const std::string& text, std::size_t columns) {
  const auto taken = static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  return std::string(columns > taken ? columns - taken : 0, ' ') + text;
}

}  // namespace gnc::scenarios
