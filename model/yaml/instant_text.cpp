#include "model/yaml/instant_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace gnc::model {
namespace {

// Takes fixed-width numbers and marks off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char mark) {
    if (rest_.empty() || rest_.front() != mark) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> digits(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }

  // Up to six digits of a fraction, as microseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::size_t used = 0;
    for (; used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9'; ++used) {
      if (used == 6) return std::nullopt;
      value = value * 10 + (rest_[used] - '0');
    }
    if (used == 0) return std::nullopt;
    for (std::size_t i = used; i < 6; ++i) value *= 10;
    rest_.remove_prefix(used);
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> read_days(Cursor& cursor) {
  const auto year = cursor.digits(4);
  if (!year || !cursor.take('-')) return std::nullopt;
  const auto month = cursor.digits(2);
  if (!month || !cursor.take('-')) return std::nullopt;
  const auto day = cursor.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Seconds since midnight, where hour, minute and second are in their ranges.
std::optional<std::int64_t> read_time_of_day(Cursor& cursor) {
  const auto hour = cursor.digits(2);
  if (!hour || *hour > 23 || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (cursor.take(':')) {
    const auto read = cursor.digits(2);
    if (!read || *read > 59) return std::nullopt;
    second = *read;
  }
  return (*hour * 60 + *minute) * 60 + second;
}

// Seconds east of UTC.
std::optional<std::int64_t> read_offset(Cursor& cursor) {
  if (cursor.take('Z')) return 0;
  const bool east = cursor.take('+');
  if (!east && !cursor.take('-')) return std::nullopt;
  const auto hour = cursor.digits(2);
  if (!hour || *hour > 14 || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  const std::int64_t seconds = (*hour * 60LL + *minute) * 60;
  return east ? seconds : -seconds;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (failed != std::errc{} || !std::isfinite(number) || number < 0 || text.front() == '-')
    return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  static constexpr std::pair<std::string_view, double> units[] = {
      {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"min", 60e6}, {"h", 3600e6}, {"d", 24 * 3600e6}};
  for (const auto& [name, microseconds] : units) {
    if (unit != name) continue;
    const double value = number * microseconds;
    if (value > 9e18) return std::nullopt;
    return Duration{std::llround(value)};
  }
  return std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  Cursor cursor(text);
  const auto days = read_days(cursor);
  if (!days) return std::nullopt;
  std::int64_t seconds = *days * 86'400;
  std::int64_t microseconds = 0;
  if (cursor.take('T')) {
    const auto time = read_time_of_day(cursor);
    if (!time) return std::nullopt;
    seconds += *time;
    if (cursor.take('.')) {
      const auto fraction = cursor.fraction();
      if (!fraction) return std::nullopt;
      microseconds = *fraction;
    }
    const auto offset = read_offset(cursor);
    if (!offset) return std::nullopt;
    seconds -= *offset;
  }
  if (!cursor.at_end()) return std::nullopt;
  return Instant{seconds * 1'000'000 + microseconds};
}

std::string instant_text(Instant instant) {
  constexpr std::int64_t day = 86'400'000'000;
  const std::int64_t days = (instant.microseconds - (instant.microseconds < 0 ? day - 1 : 0)) / day;
  const std::int64_t in_day = instant.microseconds - days * day;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  const std::int64_t seconds = in_day / 1'000'000;
  const std::int64_t fraction = in_day % 1'000'000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, fraction == 0 ? "" : fmt::format(".{:06}", fraction));
}

}  // namespace gnc::model
