#pragma once

#include <string>

#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// What would be played, for people: who takes part, steps, workloads, faults, expectations, and what it comes
// to.
std::string plan_text(const RunPlan&);

}  // namespace gnc::scenarios
