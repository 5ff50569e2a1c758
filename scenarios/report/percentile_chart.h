#pragma once

#include <string>
#include <vector>

#include "scenarios/report/latency_curves.h"

namespace gnc::scenarios {

// Latency against the share of exchanges, with ever more room for the slowest, as HdrHistogram's plots have
// it. Empty where nothing was measured from the intended time. Width in units of the picture: a narrow one is
// laid out for telephones.
std::string percentile_chart(const std::vector<LatencyCurve>&, double width);

}  // namespace gnc::scenarios
