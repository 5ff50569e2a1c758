#pragma once

#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

void read_workloads(ScenarioNames&, const model::YamlNode&, std::vector<Workload>&, model::YamlMistakes&);
std::vector<SectionDefinition> workload_language();

}  // namespace gnc::scenarios
