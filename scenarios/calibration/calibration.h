#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "proto/types/result.h"
#include "scenarios/calibration/calibration_load.h"
#include "scenarios/virtual/cost_profile.h"

namespace gnc::scenarios {

// Says what is being measured now.
using CalibrationProgress = std::function<void(std::string_view what)>;

// Measures this machine: seals, commits and the waking of threads in this process; the processor time of the
// gateway's and the nodes' threads, and the way between them, with the shipped processes under short loads.
// What a load cannot tell by itself is what makes the virtual world take as long under it. `conditions` say
// when, on what, and how busy others kept the machine meanwhile. Leaves its runs in the folder.
Result<CostProfile> calibrate(const LoadSettings&, const CalibrationProgress&);

// Sets what the loads tell, so that the virtual world comes out as they did live; the rest stays as it is.
Result<void> fit_to_loads(std::span<const CalibrationLoad>, CostProfile&, const CalibrationProgress&);

// By how much the virtual world is off under each load, in words.
Result<std::map<std::string, std::string>> distances(std::span<const CalibrationLoad>, const CostProfile&);

}  // namespace gnc::scenarios
