#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace gnc {

// The bytes that hexadecimal digits of either case write, two to a byte; empty for any other text.
inline std::optional<std::string> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (const char* at = text.data(); at != text.data() + text.size(); at += 2) {
    unsigned value = 0;
    const auto [stopped, problem] = std::from_chars(at, at + 2, value, 16);
    if (problem != std::errc() || stopped != at + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace gnc
