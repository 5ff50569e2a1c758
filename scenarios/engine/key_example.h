#pragma once

#include <string>

#include "scenarios/engine/key_definition.h"

// An example of every key, as YAML in flow style. The tests read each of them.
namespace gnc::scenarios {

// The value alone: "80ms".
std::string example_value(const SectionDefinition&, const KeyDefinition&);
// A whole section with the key in it, and what else it then needs: "{of: exports, end: processed}".
std::string example_section(const SectionDefinition&, const KeyDefinition&);

}  // namespace gnc::scenarios
