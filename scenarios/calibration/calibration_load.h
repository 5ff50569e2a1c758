#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {

// A short load that the shipped processes and the virtual world are both put under.
struct CalibrationLoad {
  std::string name;
  std::string folder;    // of its live run, in the settings' folder
  bool at_rest = false;  // one at a time
  RunPlan plan;
  RunReport live;
};

struct LoadSettings {
  // Has agreements/nz-cn-export.yaml and what that names.
  std::filesystem::path folder;
  std::filesystem::path program;  // the gncsim binary
  std::string version;
  double seconds = 4;  // for which each load goes on
};

// One at a time at rest, at two even rates, and as many at once as make full batches; each with declarations
// of one good and of twenty.
Result<std::vector<CalibrationLoad>> plan_loads(const LoadSettings&);

// Plays it live, in a folder of its own, and keeps the report.
Result<void> play(CalibrationLoad&, const LoadSettings&);

// From the start of a gateway until it serves.
Result<Duration> measure_start(const LoadSettings&);

// Of the steady loads: what one of them asks for in a second, 0 for the others.
double rate_of(const CalibrationLoad&);

}  // namespace gnc::scenarios
