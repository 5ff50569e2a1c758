#pragma once

#include "scenarios/engine/key_definition.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// The scenario's section `virtual`.
void read_virtual_settings(const model::YamlNode&, VirtualSettings&, model::YamlMistakes&);

std::vector<SectionDefinition> virtual_language();

}  // namespace gnc::scenarios
