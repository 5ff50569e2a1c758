#pragma once

#include <memory>

#include "scenarios/engine/step_play.h"

namespace gnc::scenarios {

// Of a lodge or submit step.
std::unique_ptr<StepPlay> make_lodge_play(const PlannedStep&, StepScene&);
// Of an amend, cancel or query step.
std::unique_ptr<StepPlay> make_follow_up_play(const PlannedStep&, StepScene&);

}  // namespace gnc::scenarios
