#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

struct RunReport;

enum class Comparison { equal, not_equal, less, at_most, greater, at_least };

bool compare(double value, Comparison, double bound);

// A measure of a run that expectations can name.
struct Measure {
  enum class Unit { count, milliseconds, ratio };
  std::string_view name;
  std::string_view meaning;
  Unit unit;
  // Empty where the run measured nothing of the kind.
  std::optional<double> (*of)(const RunReport&);
};

// Every measure there is, with the short forms ("lost" for "exchange.lost").
const std::vector<Measure>& measures();

// "delivery.p99 < 500ms".
struct Expectation {
  std::string text;  // as written
  const Measure* measure = nullptr;
  Comparison comparison{};
  double bound = 0;  // in the measure's unit
  model::YamlPlace place;
};

// KEY_VALUE where it has not the form `measure comparison value`, REFERENCE_UNKNOWN with the nearest right
// spelling where there is no such measure.
Result<Expectation> parse_expectation(std::string_view text);

}  // namespace gnc::scenarios
