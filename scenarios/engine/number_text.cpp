#include "scenarios/engine/number_text.h"

#include <fmt/format.h>

#include <cmath>

namespace gnc::scenarios {
namespace {

// Three digits, of what is below 1,000.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size >= 99.95) return fmt::format("{:.0f}", value);
  if (size >= 9.995) return fmt::format("{:.1f}", value);
  if (size >= 0.9995 || size == 0) return fmt::format("{:.2f}", value);
  if (size < 0.0995 && size >= 1e-4) return fmt::format("{:.3g}", value);
  return fmt::format("{:.3f}", value);
}

}  // namespace

std::string milliseconds_text(double ms) {
  if (!std::isfinite(ms)) return "unknown";
  if (std::abs(ms) < 999.5) return three_digits(ms) + " ms";
  const double seconds = ms / 1e3;
  if (std::abs(seconds) < 99.95) return three_digits(seconds) + " s";
  const auto whole = std::llround(seconds);
  if (std::abs(whole) >= 2 * 3600) {
    const auto minutes = std::llround(seconds / 60);
    return fmt::format("{} h {} min", minutes / 60, std::abs(minutes) % 60);
  }
  return fmt::format("{} min {} s", whole / 60, std::abs(whole) % 60);
}

std::string count_text(std::uint64_t value) {
  const std::string digits = fmt::format("{}", value);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
    text += digits[at];
  }
  return text;
}

std::string rate_text(double each_second) { return number_text(each_second) + "/s"; }

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB"}) {
    size /= 1024;
    if (size < 1000) return fmt::format("{} {}", three_digits(size), unit);
  }
  return fmt::format("{} TB", three_digits(size / 1024));
}

std::string share_text(double share) {
  const double percent = share * 100;
  if (percent < 100 && percent > 99.95) return "> 99.9 %";
  if (percent == std::floor(percent)) return fmt::format("{:.0f} %", percent);
  if (percent < 0.995) return three_digits(percent) + " %";
  return fmt::format("{:.1f} %", percent);
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "unknown";
  if (std::abs(value) < 1e15 && (value == std::floor(value) || std::abs(value) >= 999.5)) {
    const auto whole = static_cast<std::uint64_t>(std::llround(std::abs(value)));
    return (value < 0 && whole > 0 ? "-" : "") + count_text(whole);
  }
  return std::abs(value) < 1000 ? three_digits(value) : fmt::format("{:.3g}", value);
}

}  // namespace gnc::scenarios
