#pragma once

#include <optional>

#include "model/yaml/yaml_node.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/run_cast.h"
#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {

// Deeds as a fork is asked for them: {tamper: NZ}, {replay: NZ}, {lapse: AGREEMENT}. False where it is none
// of these, and nothing is said; else the deed, or what is wrong with it.
bool read_deed(const ScenarioNames&, const RunCast&, const model::YamlNode&, std::optional<Fault>&,
               model::YamlMistakes&);

}  // namespace gnc::scenarios
