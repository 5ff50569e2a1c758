#pragma once

#include "scenarios/engine/scenario_names.h"

// Steps about documents that were handed in by earlier ones.
namespace gnc::scenarios {

void read_await_step(ScenarioNames&, const model::YamlNode&, AwaitStep&, model::YamlMistakes&);
void read_expect_step(ScenarioNames&, const model::YamlNode&, ExpectStep&, model::YamlMistakes&);
void read_capture_step(ScenarioNames&, const model::YamlNode&, CaptureStep&, model::YamlMistakes&);
// Amend, cancel or query, as step.kind says.
void read_follow_up_step(ScenarioNames&, const model::YamlNode&, FollowUpStep& step, model::YamlMistakes&);
std::vector<SectionDefinition> document_step_language();

}  // namespace gnc::scenarios
