#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/virtual/cpu_work.h"
#include "scenarios/virtual/run_listener.h"
#include "scenarios/virtual/virtual_world.h"

namespace gnc::scenarios {

struct VirtualOptions {
  std::string version;
  WorldSettings world;
  bool keep_going = false;  // play the remaining steps after one that did not hold
  // Judge the promises after every event, and stop at the first that is broken.
  bool watch = false;
  // Workloads whose exchanges must all be delivered, since nothing is in their way.
  std::vector<std::string> must_be_delivered;
  // Lets go of nothing, however long the run is.
  bool keep_all = false;
  // Stop there, by the number of the event or by the time since the start.
  std::optional<std::uint64_t> until_event;
  std::optional<Duration> until_time;
  // Is told of all that happens, where there is one.
  RunListener* listener = nullptr;
  // Faults beside the scenario's; `at` counts from the very start. What happens before them is the same as
  // without them.
  std::vector<TimedFault> more_faults;
};

struct VirtualOutcome {
  RunReport report;
  std::uint64_t events = 0;    // that happened in the world
  std::uint64_t recorded = 0;  // that were recorded, and the digest over them
  std::uint64_t digest = 0;
  // Where it was watched: while it went on, with the numbers of their events, or at the end.
  std::vector<std::string> breaches;
  // Exchanges that the scenario gave time to end or to be delivered, and that were not.
  std::vector<std::string> never_ended;
  std::map<std::string, ThreadWork> work;  // by process
  Duration length{};                       // of the whole, since the start
  // How many exchanges and lodgements were followed at once at the most.
  std::size_t most_exchanges = 0, most_lodgements = 0;
  Duration faults_from{};  // what the report's seconds count from, since the start
  // How everything stood where it was asked to stop.
  std::optional<std::string> state;
};

// The world that a scenario asks for; what it says of costs goes before the profile.
WorldSettings settings_of(const Scenario&, CostProfile costs = {});

// An error means that it asks for what only the live world has.
Result<void> check_for_virtual_world(const Scenario&);
Result<void> check_for_virtual_world(const RunPlan&);

// Plays the plan in simulated time, and writes the folder where there is one. An error is that of
// check_for_virtual_world(), or of what the folder or the trust is kept in.
Result<VirtualOutcome> play_virtual(const RunPlan&, RunFolder*, const VirtualOptions&);

}  // namespace gnc::scenarios
