#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/engine/run_plan.h"
#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// Plays the plan in the virtual world, with real seals, and keeps all of it. `scratch` is an empty folder for
// the certificates. `more_faults` count from the very start: what happens before them is the same as without
// them.
Result<Recording> record_virtually(const RunPlan&, const std::string& version,
                                   const std::filesystem::path& scratch,
                                   const std::vector<TimedFault>& more_faults = {});

}  // namespace gnc::scenarios
