#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/instant.h"

// Quantities as scenarios write them. Empty where the text is none.
namespace gnc::scenarios {

// Bits in a second of "100Mbit", "64kbit", "1Gbit". Above zero.
std::optional<std::uint64_t> parse_bandwidth(std::string_view text);

// How often: "200/s", "30/min", "5/h". Above zero.
struct Rate {
  double each_second = 0;
  bool operator==(const Rate&) const = default;
};
std::optional<Rate> parse_rate(std::string_view text);
// The same, and none at all: "0/s".
std::optional<Rate> parse_rate_or_none(std::string_view text);

// A number as it is usually written: "12", "1.5", "99%" (0.99). Empty for anything else.
std::optional<double> parse_number(std::string_view text);

// A size in bytes: "800B", "64kB", "256MB", "1GB".
std::optional<double> parse_bytes(std::string_view text);

// A factor: "3600x". Above zero.
std::optional<double> parse_factor(std::string_view text);

// "100 Mbit/s".
std::string bandwidth_text(std::uint64_t bits_each_second);

// "200/s", "30/min".
std::string rate_text(Rate);

// "80 ms", "1.5 s": the shortest that says the same to a microsecond.
std::string duration_text(Duration);

// "1 time", "2 times".
std::string count_text(std::uint64_t count, std::string_view what);

}  // namespace gnc::scenarios
