#include "scenarios/engine/quantity.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace gnc::scenarios {
namespace {

// The number that `text` begins with, and what follows it.
std::optional<std::pair<double, std::string_view>> leading_number(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return std::pair{number, rest};
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t N>
std::optional<double> factor_of(std::string_view name, const Unit (&units)[N]) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

constexpr Unit bit_units[] = {{"bit", 1}, {"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}};
constexpr Unit byte_units[] = {{"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}};
// More than one machine can begin; intended times are whole microseconds.
constexpr double most_each_second = 1e6;
constexpr Unit rate_units[] = {{"/s", 1}, {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}};

}  // namespace

std::optional<std::uint64_t> parse_bandwidth(std::string_view text) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const auto factor = factor_of(number->second, bit_units);
  if (!factor) return std::nullopt;
  const double bits = number->first * *factor;
  if (bits < 1 || bits > 1e15) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(bits));
}

std::optional<Rate> parse_rate(std::string_view text) {
  const auto rate = parse_rate_or_none(text);
  if (!rate || rate->each_second <= 0) return std::nullopt;
  return rate;
}

std::optional<Rate> parse_rate_or_none(std::string_view text) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const auto factor = factor_of(number->second, rate_units);
  if (!factor || number->first * *factor > most_each_second) return std::nullopt;
  return Rate{number->first * *factor};
}

std::optional<double> parse_bytes(std::string_view text) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const auto factor = factor_of(number->second, byte_units);
  if (!factor) return std::nullopt;
  return number->first * *factor;
}

std::optional<double> parse_factor(std::string_view text) {
  const auto number = leading_number(text);
  if (!number || number->second != "x" || number->first <= 0 || number->first > 1e9) return std::nullopt;
  return number->first;
}

std::string bandwidth_text(std::uint64_t bits) {
  const auto value = static_cast<double>(bits);
  if (bits >= 1'000'000'000) return fmt::format("{:g} Gbit/s", value / 1e9);
  if (bits >= 1'000'000) return fmt::format("{:g} Mbit/s", value / 1e6);
  if (bits >= 1'000) return fmt::format("{:g} kbit/s", value / 1e3);
  return fmt::format("{} bit/s", bits);
}

std::string rate_text(Rate rate) {
  if (rate.each_second >= 1 || rate.each_second == 0) return fmt::format("{:g}/s", rate.each_second);
  if (rate.each_second * 60 >= 1) return fmt::format("{:g}/min", rate.each_second * 60);
  return fmt::format("{:g}/h", rate.each_second * 3600);
}

std::optional<double> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto number = leading_number(negative ? text.substr(1) : text);
  if (!number) return std::nullopt;
  const double value = negative ? -number->first : number->first;
  if (number->second.empty()) return value;
  if (number->second == "%") return value / 100;
  return std::nullopt;
}

std::string duration_text(Duration duration) {
  const std::int64_t us = duration.microseconds;
  if (us == 0) return "0 s";
  if (us < 1'000) return fmt::format("{} us", us);
  if (us < 1'000'000) return fmt::format("{:g} ms", static_cast<double>(us) / 1e3);
  if (us < 60'000'000 || us % 60'000'000 != 0) return fmt::format("{:g} s", static_cast<double>(us) / 1e6);
  constexpr std::int64_t minute = 60'000'000, hour = 60 * minute, day = 24 * hour;
  if (us >= 2 * day && us % day == 0) return fmt::format("{} d", us / day);
  if (us >= 2 * hour && us % hour == 0) return fmt::format("{} h", us / hour);
  return fmt::format("{} min", us / minute);
}

std::string count_text(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace gnc::scenarios
