#pragma once

#include <vector>

#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// What of the plan the live world does not play, each with its place in the scenario. Where there is any, the
// run must not begin: what is left out silently would look as if it had held.
std::vector<Error> beyond_live_run(const RunPlan&);

}  // namespace gnc::scenarios
