#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gnc::scenarios {

// A number on a report's page: where in report.json it is from, what it is, and what people see.
struct PageNumber {
  std::string pointer;
  double value = 0;
  std::string shown;
};

// All of a page, which may have gone through a browser.
inline std::vector<PageNumber> numbers_on(std::string_view page) {
  std::vector<PageNumber> numbers;
  const auto attribute = [](std::string_view tag, std::string_view name) {
    const std::string key = std::string(name) + "=\"";
    const auto at = tag.find(key);
    if (at == std::string_view::npos) return std::string();
    const auto from = at + key.size();
    return std::string(tag.substr(from, tag.find('"', from) - from));
  };
  for (std::size_t at = page.find("<data "); at != std::string_view::npos; at = page.find("<data ", at + 1)) {
    const auto close = page.find('>', at);
    const std::string_view tag = page.substr(at, close - at);
    numbers.push_back({attribute(tag, "data-of"), std::stod(attribute(tag, " value")),
                       std::string(page.substr(close + 1, page.find("</data>", close) - close - 1))});
  }
  return numbers;
}

// Every number of report.json but the format's own, by pointer.
inline std::map<std::string, double> numbers_in(const nlohmann::json& report) {
  std::map<std::string, double> numbers;
  const nlohmann::json flat = report.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (value.is_number() && pointer != "/schema") numbers.emplace(pointer, value.get<double>());
  }
  return numbers;
}

// What people see, in the unit that report.json has: "1.20 s" is 1,200 for milliseconds, 1.2 for seconds.
// Empty where it is no number ("–").
inline std::vector<double> meanings_of(std::string shown) {
  std::erase(shown, ',');
  char* end = nullptr;
  const double value = std::strtod(shown.c_str(), &end);
  if (end == shown.c_str()) return {};
  const std::string unit = end;
  if (unit == " ms") return {value, value / 1e3, value * 1e3};
  if (unit == " s") return {value, value * 1e3, value * 1e6};
  if (unit.starts_with(" min ")) {
    const double seconds = value * 60 + std::stod(unit.substr(5));
    return {seconds, seconds * 1e3, seconds * 1e6};
  }
  if (unit.starts_with(" h ")) {
    const double seconds = value * 3600 + std::stod(unit.substr(3)) * 60;
    return {seconds, seconds * 1e3, seconds * 1e6};
  }
  if (unit == " %") return {value / 100};
  if (unit == " kB") return {value * 1024};
  if (unit == " MB") return {value * 1024 * 1024};
  if (unit == " GB") return {value * 1024 * 1024 * 1024};
  return {value};
}

}  // namespace gnc::scenarios
