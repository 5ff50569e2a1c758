#include "model/conformance/value_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace gnc::model {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// "2 letters", "at most 35 characters", "1 digit".
std::string describe(const Format& format) {
  const std::string_view what = format.characters == Format::Characters::alphabetic ? "letter"
                                : format.characters == Format::Characters::numeric  ? "digit"
                                                                                    : "character";
  return fmt::format("{}{} {}{}", format.fixed_length ? "" : "at most ", format.length, what,
                     format.length == 1 ? "" : "s");
}

// Reads `count` digits; -1 where there are not so many.
int take(std::string_view& text, std::size_t count) {
  if (text.size() < count ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), is_digit)) {
    return -1;
  }
  int value = 0;
  for (const char c : text.substr(0, count)) value = value * 10 + (c - '0');
  text.remove_prefix(count);
  return value;
}

int days_in(int year, int month) {
  constexpr std::array<int, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month)];
}

}  // namespace

std::string_view collapsed(std::string_view value, std::string& storage) {
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  const bool plain = std::adjacent_find(value.begin(), value.end(), [](char a, char b) {
                       return is_blank(a) && (is_blank(b) || a != ' ');
                     }) == value.end();
  if (plain) return value;
  storage.clear();
  for (const char c : value) {
    if (!is_blank(c)) {
      storage += c;
    } else if (storage.back() != ' ') {
      storage += ' ';
    }
  }
  return storage;
}

Format read_format(std::string_view text) {
  Format format;
  if (text.starts_with("an")) {
    text.remove_prefix(2);
  } else if (text.starts_with('a')) {
    format.characters = Format::Characters::alphabetic;
    text.remove_prefix(1);
  } else if (text.starts_with('n')) {
    format.characters = Format::Characters::numeric;
    text.remove_prefix(1);
  }
  format.fixed_length = !text.starts_with("..");
  if (!format.fixed_length) text.remove_prefix(2);
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, format.length);
  if (error == std::errc{} && rest != end && *rest == ',') {
    std::from_chars(rest + 1, end, format.decimals);
  }
  return format;
}

std::string text_fault(std::string_view value, const Format& format) {
  if (format.length == 0) return {};
  const bool right_kind =
      format.characters == Format::Characters::any ||
      std::all_of(value.begin(), value.end(),
                  format.characters == Format::Characters::numeric ? is_digit : is_letter);
  if (!right_kind) return describe(format);
  // Bytes are never fewer than characters.
  if (value.size() <= format.length && !format.fixed_length) return {};
  const std::size_t length = count_characters(value);
  if (format.fixed_length ? length == format.length : length <= format.length) return {};
  return fmt::format("{}, and this is {}", describe(format), length);
}

std::string number_fault(std::string_view value, const Format& format) {
  std::string_view rest = value;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  const std::size_t point = std::min(rest.find('.'), rest.size());
  std::string_view whole = rest.substr(0, point);
  std::string_view decimals = point < rest.size() ? rest.substr(point + 1) : std::string_view{};
  if ((whole.empty() && decimals.empty()) || !std::all_of(whole.begin(), whole.end(), is_digit) ||
      !std::all_of(decimals.begin(), decimals.end(), is_digit)) {
    return "a number, written in digits with a point before its decimals";
  }
  if (format.length == 0) return {};
  while (!whole.empty() && whole.front() == '0') whole.remove_prefix(1);
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > format.decimals) {
    return fmt::format("a number of at most {} decimals, and this has {}", format.decimals, decimals.size());
  }
  if (whole.size() + decimals.size() > format.length) {
    return fmt::format("a number of at most {} digits in all, and this has {}", format.length,
                       whole.size() + decimals.size());
  }
  return {};
}

std::string date_fault(std::string_view value, std::string_view format_code) {
  const bool has_minutes = format_code == "203" || format_code == "304";
  const bool has_zone = format_code == "304";
  if (format_code != "102" && !has_minutes) {
    return "written under a formatCode of 102 (CCYYMMDD), 203 (CCYYMMDDHHMM) or 304 (CCYYMMDDHHMMSS and Z or "
           "±HH)";
  }
  const std::string_view shape = has_zone      ? "CCYYMMDDHHMMSS and Z or ±HH, as format code 304 says"
                                 : has_minutes ? "CCYYMMDDHHMM, as format code 203 says"
                                               : "CCYYMMDD, as format code 102 says";
  std::string_view rest = value;
  const int year = take(rest, 4), month = take(rest, 2), day = take(rest, 2);
  if (day < 0) return std::string(shape);
  int hour = 0, minute = 0, second = 0, zone = 0;
  if (has_minutes) hour = take(rest, 2), minute = take(rest, 2);
  if (has_zone) {
    second = take(rest, 2);
    if (rest == "Z") {
      rest.remove_prefix(1);
    } else if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
      rest.remove_prefix(1);
      zone = take(rest, 2);
    } else {
      zone = -1;
    }
  }
  if (hour < 0 || minute < 0 || second < 0 || zone < 0 || !rest.empty()) return std::string(shape);
  if (year == 0 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) {
    return fmt::format("a day of the calendar, which {:04}-{:02}-{:02} is not", year, month, day);
  }
  if (hour > 23 || minute > 59 || second > 59 || zone > 14) {
    return fmt::format("a time of the day, which {} is not", value.substr(8));
  }
  return {};
}

}  // namespace gnc::model
