#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gnc::bench {

// A measure beside what it is measured against, and the goal that was set for their ratio.
struct Mark {
  std::string name;
  std::string value;      // "38,210 /s"
  std::string reference;  // "raw relay 104,030 /s"
  std::optional<double> ratio = {};
  enum class Goal { at_least, at_most } direction = Goal::at_least;
  std::optional<double> goal = {};  // of the ratio

  bool reached() const {
    return ratio && goal && (direction == Goal::at_least ? *ratio >= *goal : *ratio <= *goal);
  }
};

// What one measurement gives: its marks for a reader, its figures for a machine.
struct Measurement {
  std::vector<Mark> marks;
  nlohmann::ordered_json figures;
};

// A table of the marks.
std::string table(const std::vector<Mark>& marks);

// "38,210".
std::string grouped(double number);

}  // namespace gnc::bench
