#pragma once

#include <filesystem>
#include <string>

#include "proto/types/result.h"
#include "scenarios/engine/live_audience.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

struct LiveOptions {
  std::filesystem::path program;  // the gncsim binary, of which the processes are made
  std::string version;
  bool keep_going = false;  // play the remaining steps after one that did not hold
  bool progress = true;
  std::string metrics;  // HOST:PORT on loopback to serve the run's figures at; empty: nowhere
  LiveAudience* audience = nullptr;
};

// An error means that the plan asks for what only the virtual world has.
Result<void> check_for_live_world(const Scenario&);

// Plays the plan with real processes, writes the folder, and says what was found. Ctrl-C ends the play and
// not the account of it: the report says that it was interrupted. An error is that of
// check_for_live_world(), or means that the environment did not allow the run.
Result<RunReport> play_live(const RunPlan&, RunFolder&, const LiveOptions&);

}  // namespace gnc::scenarios
