#include "scenarios/report/escaped_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "proto/types/error.h"
#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

std::string bounded(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return printable(text);
  std::size_t end = most_bytes;
  // Not within a character.
  while (end > 0 && end + 4 > most_bytes && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("{}… ({} bytes)", printable(text.substr(0, end)), count_text(text.size()));
}

std::string html_escaped(std::string_view text, std::size_t most_bytes) {
  const std::string shown = bounded(text, most_bytes);
  std::string out;
  out.reserve(shown.size());
  for (const char c : shown) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string csv_field(std::string_view text, std::size_t most_bytes) {
  std::string shown = bounded(text, most_bytes);
  const std::size_t first = shown.find_first_not_of(' ');
  if (first != std::string::npos && std::string_view("=+-@|%").find(shown[first]) != std::string_view::npos &&
      !is_plain_number(shown)) {
    shown = fmt::format("'{}", shown);
  }
  if (shown.find_first_of(",\"';") == std::string::npos) return shown;
  std::string quoted = "\"";
  for (const char c : shown) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace gnc::scenarios
