#pragma once

#include "scenarios/engine/report.h"
#include "scenarios/report/html.h"

namespace gnc::scenarios {

// The part of a report's page that says how much of its checklist each administration and trader did, period
// by period. Empty where the scenario has none.
Html convergence_by_period(const RunReport&);

}  // namespace gnc::scenarios
