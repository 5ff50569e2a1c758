#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

struct StepScene;

struct StepOutcome {
  bool held = false;
  std::string detail;
  std::vector<StepRow> parts = {};  // of a step that is made of others
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

// Both must outlive what is made.
std::unique_ptr<StepPlay> make_step_play(const PlannedStep&, StepScene&);

// "await at CN that it receives exports within 2 s".
std::string step_words(const PlannedStep&);

// The row of a step that has not been played yet.
StepRow step_row(const PlannedStep&, const Scenario&);

}  // namespace gnc::scenarios
