#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/report.h"
#include "scenarios/report/latency_curves.h"

namespace gnc::scenarios {

// The report as one page of HTML that needs nothing else: no script, no address outside, and a policy in it
// that lets a browser load and run nothing. Text from outside is escaped.
std::string report_page(const RunReport&, const std::vector<LatencyCurve>&);

}  // namespace gnc::scenarios
