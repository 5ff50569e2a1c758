#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace gnc::scenarios {

// An administration as maps and legends show it.
struct Place {
  std::string_view code;   // ISO 3166-1 alpha-2
  std::string_view title;  // "New Zealand"
  bool located = false;
  double latitude = 0, longitude = 0;  // degrees, north and east
};

namespace tables {
extern const std::span<const Place> places;
}  // namespace tables

// Null where there is no such country.
inline const Place* place_of(std::string_view code) {
  const auto found = std::ranges::find(tables::places, code, &Place::code);
  return found == tables::places.end() ? nullptr : &*found;
}

}  // namespace gnc::scenarios
