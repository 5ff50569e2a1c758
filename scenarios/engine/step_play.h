#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// What steps act on and share.
struct StepScene {
  const RunPlan& plan;
  const ExchangeLedger& ledger;
  Lodger& lodger;
  std::map<std::string, BatchIndex> batches;  // by the name that a step gave its documents
};

struct StepOutcome {
  bool held = false;
  std::string detail;
};

// One step while it is played.
class StepPlay {
 public:
  virtual ~StepPlay() = default;
  // Does what can be done now, and says how the step ended once it is over. The first call begins it.
  virtual std::optional<StepOutcome> advance(Instant now) = 0;
  // When to ask again at the latest.
  virtual std::optional<Instant> wake() const { return std::nullopt; }
};

std::unique_ptr<StepPlay> make_step_play(const PlannedStep&, StepScene&);

// "await at CN that it receives exports within 2 s".
std::string step_words(const PlannedStep&);

}  // namespace gnc::scenarios
