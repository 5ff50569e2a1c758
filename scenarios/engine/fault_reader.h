#pragma once

#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

// A list of faults by the clock; each named one is added to the names as a phase.
void read_faults(ScenarioNames&, const model::YamlNode&, std::vector<TimedFault>&, model::YamlMistakes&);
// A fault as a step: it begins where it stands, so it has neither `at` nor `name`.
void read_fault_step(ScenarioNames&, const model::YamlNode&, std::optional<Fault>&, model::YamlMistakes&);

// One section for each kind of fault, in the order in which they are spoken of.
std::vector<SectionDefinition> fault_language();
// The key that begins each kind: "cut", "degrade".
const std::vector<std::string>& fault_kinds();

}  // namespace gnc::scenarios
