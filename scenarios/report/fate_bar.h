#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// One of the ends that exchanges came to; together they are all that was submitted.
struct Fate {
  std::string name;   // "dealt with"
  std::string style;  // of the style sheet
  std::string field;  // of ExchangeCounts in report.json, empty where it is only a part of one
  std::uint64_t count = 0;
};

// Those that there are.
std::vector<Fate> fates_of(const ExchangeCounts&);
// A bar that is parted as they are; `title` says what of.
std::string share_bar(const std::vector<Fate>&, std::string_view title);

}  // namespace gnc::scenarios
