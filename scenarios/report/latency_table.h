#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/report.h"
#include "scenarios/report/html.h"

namespace gnc::scenarios {

// A table of latencies: a row for each, from 50 % to the slowest, and how many were measured.
const std::vector<Column>& latency_columns();
// `pointer` is where it is in report.json.
std::vector<Html> latency_cells(Html name, const std::string& pointer, const LatencySummary&);

}  // namespace gnc::scenarios
