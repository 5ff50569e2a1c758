#pragma once

#include "scenarios/engine/report.h"
#include "scenarios/report/html.h"

// The parts of a report's page that say what came of the run. Empty where there is nothing to say.
namespace gnc::scenarios {

// Title, verdict, the run in a few sentences, and its key figures.
Html opening(const RunReport&);
Html expectations_and_promises(const RunReport&);
Html ends_of_exchanges(const RunReport&);
// What was refused by code, and what to do.
Html refusals_by_code(const RunReport&);
Html steps_played(const RunReport&);
// How conversations stood in the end.
Html conversations_standing(const RunReport&);
// The way of single exchanges.
Html exchanges_step_by_step(const RunReport&);
Html environment_and_how_to_reproduce(const RunReport&);

}  // namespace gnc::scenarios
