#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/types/instant.h"

// By what a run's measures are cut.
namespace gnc::scenarios {

// A start that is later than this is late: where more than 1 in 100 are, the generator and not the system is
// what the latencies show.
constexpr Duration most_lag = Duration::from_milliseconds(50);

struct MeasuredPhase {
  std::string name;
  Duration from{};
  std::optional<Duration> to;  // without one, to the end of the run
};

// Left out at the beginning of every workload's latencies, rates and intervals. Counts and promises leave
// nothing out, nor is a step's exchange part of a warm-up.
struct MeasuredWarmUp {
  enum class Kind { none, given, found } kind = Kind::none;  // found: by MSER-5
  Duration length{};                                         // of one that is given
};

// Some of the exchanges, measured on their own: those to which all that is named applies.
struct MeasuredSelection {
  std::string kind, name;  // of its SliceRow
  std::optional<std::string> workload, from, to, phase;
};

struct MeasureSettings {
  // What second 0 of the timeline, phases and the warm-up count from: the beginning of the workloads, and
  // where there are none, of the steps.
  Instant origin;
  Instant ended;  // of the run
  std::vector<MeasuredPhase> phases;
  // Beside each workload, sender, recipient and phase.
  std::vector<MeasuredSelection> selections;
  MeasuredWarmUp warm_up;
  // What is delivered within this time of the one intended is delivered in real time.
  Duration real_time = Duration::from_seconds(1);
  // Of a line of the latencies' log.
  Duration log_interval = Duration::from_seconds(1);
};

}  // namespace gnc::scenarios
