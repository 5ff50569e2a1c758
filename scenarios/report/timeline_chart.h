#pragma once

#include <string>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Rates asked and got, and under it latency, second by second, with the faults as bands across both. Empty
// without a timeline. As percentile_chart.h has it, narrow for telephones.
std::string timeline_chart(const RunReport&, double width);

// How many seconds one point of the chart stands for.
std::uint64_t seconds_a_point(const RunReport&);

}  // namespace gnc::scenarios
