#pragma once

#include <memory>

#include "scenarios/engine/step_play.h"

namespace gnc::scenarios {

std::unique_ptr<StepPlay> make_expect_play(const ExpectStep&, StepScene&);
std::unique_ptr<StepPlay> make_capture_play(const CaptureStep&, StepScene&);

}  // namespace gnc::scenarios
