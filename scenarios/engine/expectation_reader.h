#pragma once

#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

void read_expectations(const ScenarioNames&, const model::YamlNode&, std::vector<Expectation>&,
                       model::YamlMistakes&);
std::vector<SectionDefinition> expectation_language();

}  // namespace gnc::scenarios
