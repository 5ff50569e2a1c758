#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "scenarios/engine/measure.h"

namespace gnc::scenarios {

enum class Comparison { equal, not_equal, less, at_most, greater, at_least };

bool compare(double value, Comparison comparison, double bound);

// "delivery.p99[workload=morning peak, to=CN] < 500ms".
struct Expectation {
  std::string text;  // as written
  const Measure* measure = nullptr;
  Selection selection;
  Comparison comparison{};
  double bound = 0;  // in the measure's unit
  // The run ends as soon as it does not hold, looked at every second once `after` has passed since the
  // workloads began.
  bool abort = false;
  Duration after{};
  model::YamlPlace place;

  // Empty where the run measured nothing of the kind: then it does not hold.
  std::optional<double> value(const RunReport& report) const { return measure->of(report, selection); }
};

// KEY_VALUE where it has not the form `measure comparison value`, REFERENCE_UNKNOWN with the nearest right
// spelling where there is no such measure or selector. Whether what is selected is there, it does not know.
Result<Expectation> parse_expectation(std::string_view text);

// What of exchanges the expectations select, each once: a report must have a slice for each.
std::vector<Selection> selections_of(const std::vector<Expectation>&);

}  // namespace gnc::scenarios
