#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/fault.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_cast.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/training/evidence.h"
#include "scenarios/training/recorded_events.h"

namespace gnc::scenarios {

// Where a run was begun again with one more fault.
struct ForkPoint {
  std::size_t of = 0;  // number of the recording
  Duration at{};       // since the start
  Fault fault;
};

// A run that is over, as the training page plays it; of one that is still live, what is known beforehand.
struct Recording {
  std::string id;     // what it is called in lists and links: "lessons/single-window", "my-scenario"
  Scenario scenario;  // as far as it could be read
  RunCast cast;
  RunReport report;
  RecordedEvents events;
  std::unique_ptr<Evidence> evidence;
  std::string anchor;         // DER of the certificate that all seals lead to; may be empty
  Instant begin;              // what all times of the page count from
  Duration length{};          // of the whole
  Duration faults_from{};     // what the report's seconds count from
  std::vector<Fault> faults;  // all that may be in the report
  bool can_fork = false, can_inspect = false;
  bool live = false;  // it is still to be played, or is played now
  std::optional<ForkPoint> fork;
};

}  // namespace gnc::scenarios
