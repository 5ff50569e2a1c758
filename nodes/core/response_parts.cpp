#include "nodes/core/response_parts.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace gnc::nodes {
namespace {

// Reads `count` digits and takes them off; -1 where there are not so many.
int take_digits(std::string_view& text, std::size_t count) {
  int number = -1;
  if (text.size() < count) return number;
  const auto read = std::from_chars(text.data(), text.data() + count, number);
  if (read.ec != std::errc{} || read.ptr != text.data() + count || number < 0) return -1;
  text.remove_prefix(count);
  return number;
}

}  // namespace

void set_date(v1::DateTime& date, Instant at) {
  const std::chrono::sys_seconds second{std::chrono::seconds(at.microseconds / 1'000'000)};
  const auto midnight = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day day{midnight};
  const std::chrono::hh_mm_ss time{second - midnight};
  date.set_value(fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", static_cast<int>(day.year()),
                             static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                             time.hours().count(), time.minutes().count(), time.seconds().count()));
  date.set_format_code("304");
}

std::optional<Instant> read_date(const v1::DateTime& date) {
  std::string_view text = date.value();
  const bool with_time = date.format_code() == "304";
  if (!with_time && date.format_code() != "102") return std::nullopt;
  const int year = take_digits(text, 4), month = take_digits(text, 2), day = take_digits(text, 2);
  const std::chrono::year_month_day civil{std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (year < 0 || month < 0 || day < 0 || !civil.ok()) return std::nullopt;
  std::chrono::seconds since = std::chrono::sys_days(civil).time_since_epoch();
  if (with_time) {
    const int hour = take_digits(text, 2), minute = take_digits(text, 2), second = take_digits(text, 2);
    if (hour < 0 || minute < 0 || second < 0) return std::nullopt;
    since += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    if (text.starts_with('+') || text.starts_with('-')) {
      const int sign = text.front() == '+' ? 1 : -1;
      text.remove_prefix(1);
      const int zone_hours = take_digits(text, 2);
      const int zone_minutes = text.empty() ? 0 : take_digits(text, 2);
      if (zone_hours < 0 || zone_minutes < 0) return std::nullopt;
      since -= sign * (std::chrono::hours(zone_hours) + std::chrono::minutes(zone_minutes));
    } else if (text == "Z") {
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return std::nullopt;
  return Instant{std::chrono::microseconds(since).count()};
}

std::string_view first_characters(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  for (std::size_t n = 0; at < text.size() && n < characters; ++n) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
  }
  return text.substr(0, at);
}

void add_pointer(google::protobuf::RepeatedPtrField<v1::AmendmentPointer>& into,
                 const std::vector<v1::PointerStep>& pointer) {
  for (const v1::PointerStep& step : pointer) {
    v1::AmendmentPointer& written = *into.Add();
    if (step.sequence() != 0) written.mutable_sequence_numeric()->set_value(std::to_string(step.sequence()));
    written.mutable_document_section_code()->set_value(step.document_section());
    if (!step.tag().empty()) written.mutable_tag_id()->set_value(step.tag());
  }
}

}  // namespace gnc::nodes
