#include "scenarios/report/latency_table.h"

namespace gnc::scenarios {

std::vector<Html> latency_cells(Html name, const std::string& pointer, const LatencySummary& latency) {
  std::vector<Html> cells = {std::move(name)};
  const std::pair<const char*, double> values[] = {{"p50", latency.p50},   {"p90", latency.p90},
                                                   {"p95", latency.p95},   {"p99", latency.p99},
                                                   {"p999", latency.p999}, {"max", latency.max}};
  for (const auto& [field, value] : values) {
    cells.push_back(milliseconds_or_none(pointer + "/" + field, value));
  }
  cells.push_back(count(pointer + "/count", latency.count));
  return cells;
}

const std::vector<Column>& latency_columns() {
  static const std::vector<Column> columns = {{"until"},         {"50 %", true},    {"90 %", true},
                                              {"95 %", true},    {"99 %", true},    {"99.9 %", true},
                                              {"slowest", true}, {"measured", true}};
  return columns;
}

}  // namespace gnc::scenarios
