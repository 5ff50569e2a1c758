#pragma once

#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

void read_steps(ScenarioNames&, const model::YamlNode&, std::vector<Step>&, model::YamlMistakes&);

// One section for each kind of step that has keys.
std::vector<SectionDefinition> step_language();
// What a step is, beside `timeout`: the key of each kind, with the section or value it takes.
std::vector<KeyDefinition> step_kinds();

}  // namespace gnc::scenarios
