#pragma once

#include <vector>

#include "scenarios/engine/report.h"
#include "scenarios/report/html.h"
#include "scenarios/report/latency_curves.h"

// The parts of a report's page that say what was measured. Empty where nothing was.
namespace gnc::scenarios {

Html latencies(const RunReport&, const std::vector<LatencyCurve>&);
Html rate_and_latency_over_time(const RunReport&);
Html by_workload_party_and_phase(const RunReport&);
Html how_sure(const RunReport&);
Html generator_health(const RunReport&);
Html costs(const RunReport&);

}  // namespace gnc::scenarios
