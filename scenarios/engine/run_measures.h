#pragma once

#include <string>

#include "scenarios/engine/consignment_pairs.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/finished_measures.h"
#include "scenarios/engine/measure_settings.h"
#include "scenarios/engine/report.h"

// What a run measured, made of its ledger when it is over.
namespace gnc::scenarios {

// The end of the warm-up, and how it was decided.
struct WarmUpDecision {
  Instant end;  // the origin, where there is none
  std::string how = "none";
};
WarmUpDecision decide_warm_up(const ExchangeLedger&, const MeasureSettings&);

// Below, `finished` is what the ledger has forgotten; null where it has forgotten nothing.

// Fills in the latencies, rates, slices, timeline, warm-up, intervals and sequences, and of the generator how
// many starts there were and how many of them late.
void measure_run(const ExchangeLedger&, const MeasureSettings&, const ConsignmentPairs&, RunReport&,
                 const FinishedMeasures* finished = nullptr);

// The latency of every stage, from the intended time and from the sending, at every percentile that a plot
// needs; warm-up left out.
std::string latency_csv(const ExchangeLedger&, const MeasureSettings&,
                        const FinishedMeasures* finished = nullptr);

// The log of the run's latencies by stage and interval of the intended time, warm-up left out: what its
// histograms add up to is what the report says. Tags: admitted, delivered, processed; the same from the
// sending (admitted-service, …); lag.
std::string latency_log(const ExchangeLedger&, const MeasureSettings&,
                        const FinishedMeasures* finished = nullptr);

}  // namespace gnc::scenarios
