#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/report.h"

// What a run measured, made of its ledger when it is over.
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

struct MeasureSettings {
  // What second 0 of the timeline, phases and the warm-up count from: the beginning of the workloads, and
  // where there are none, of the steps.
  Instant origin;
  Instant ended;  // of the run
  std::vector<MeasuredPhase> phases;
  MeasuredWarmUp warm_up;
};

// The end of the warm-up, and how it was decided.
struct WarmUpDecision {
  Instant end;  // the origin, where there is none
  std::string how = "none";
};
WarmUpDecision decide_warm_up(const ExchangeLedger&, const MeasureSettings&);

// Fills in the latencies, rates, slices, timeline, warm-up, intervals and sequences, and of the generator how
// many starts there were and how many of them late.
void measure_run(const ExchangeLedger&, const MeasureSettings&, RunReport&);

// The log of the run's latencies by stage and second of the intended time, warm-up left out: what its
// histograms add up to is what the report says. Tags: admitted, delivered, processed; the same from the
// sending (admitted-service, …); lag.
std::string latency_log(const ExchangeLedger&, const MeasureSettings&);

}  // namespace gnc::scenarios
