#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gnc::bench {

std::string grouped(double number) {
  std::string digits = std::to_string(std::llround(number));
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

std::string table(const std::vector<Mark>& marks) {
  using Row = std::array<std::string, 6>;
  std::vector<Row> rows{{"mark", "value", "reference", "ratio", "goal", "reached"}};
  for (const auto& mark : marks) {
    Row row{mark.name, mark.value, mark.reference, "", "", ""};
    if (mark.ratio) row[3] = fmt::format("{:.2f}", *mark.ratio);
    if (mark.goal) {
      const bool at_least = mark.direction == Mark::Goal::at_least;
      row[4] = fmt::format("{} {:.2f}", at_least ? ">=" : "<=", *mark.goal);
      row[5] = mark.reached() ? "yes" : "no";
    }
    rows.push_back(row);
  }
  std::array<std::size_t, 6> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      line += fmt::format("{:<{}}  ", row[column], widths[column]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace gnc::bench
