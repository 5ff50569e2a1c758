#include "cli/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

namespace gnc::cli {
namespace {

constexpr std::size_t widest_line = 160;

struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

std::optional<Place> place_of(std::string_view where) {
  const auto second = where.rfind(':');
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const auto first = where.rfind(':', second - 1);
  if (first == std::string_view::npos) return std::nullopt;
  const auto line = number(where.substr(first + 1, second - first - 1));
  const auto column = number(where.substr(second + 1));
  if (!line || !column) return std::nullopt;
  return Place{std::string(where.substr(0, first)), *line, *column};
}

std::optional<std::string> line_of(const Place& place) {
  std::ifstream stream(place.file);
  std::string line;
  for (int n = 0; n < place.line; ++n) {
    if (!std::getline(stream, line)) return std::nullopt;
  }
  return line;
}

}  // namespace

std::string mistakes_text(std::span<const Error> mistakes) {
  std::string text;
  for (const Error& mistake : mistakes) {
    text += describe(mistake) + "\n";
    const auto place = place_of(mistake.where);
    const auto line = place ? line_of(*place) : std::nullopt;
    if (!line || line->size() > widest_line) continue;
    const auto before = std::min<std::size_t>(static_cast<std::size_t>(place->column) - 1, line->size());
    // Shown as printable text, the part before the caret may be wider than it is long.
    const std::string indent(printable(line->substr(0, before)).size(), ' ');
    text += fmt::format("  {}\n  {}^\n", printable(*line), indent);
  }
  return text;
}

}  // namespace gnc::cli
