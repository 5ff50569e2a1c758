#pragma once

#include <string>
#include <vector>

#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/measures_so_far.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_measures.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// What a run knows of itself when it gives an account, in the end or on the way.
struct RunFacts {
  const RunPlan& plan;
  const ExchangeLedger& ledger;
  Instant began;
  // What the timeline, phases and the warm-up count from.
  Instant origin;
  Instant ended;
  std::string version;
  std::string started_at;
  bool interrupted = false;
  std::string aborted;  // by which expectation
  // Of the generator itself while the workloads were played: its processor time, and how long that was.
  Duration generator_cpu{}, generator_time{};
  std::vector<ProcessRow> processes;
  std::vector<LinkRow> links;
  std::vector<StepRow> steps;
  // Those that began; the named ones are phases.
  std::vector<FaultRow> faults = {};
  std::string world = "live";
  // Of what the ledger has forgotten; null where it has forgotten nothing.
  const FinishedMeasures* finished = nullptr;
  std::vector<ConversationRow> conversations = {};
};

// What its measures are to be cut by.
MeasureSettings measure_settings(const RunFacts&);

// The same of a run that goes on: without timeline, intervals and sequences. Takes the longer the more
// happened since it was last asked for, and not the longer the run.
RunReport account_so_far(const RunFacts&, MeasuresSoFar&);

// The report but for the promises, the environment and the verdict on expectations.
RunReport account_of(const RunFacts&);

// How the scenario's expectations fare with the report.
std::vector<ExpectationRow> judge_expectations(const Scenario&, const RunReport&);

}  // namespace gnc::scenarios
