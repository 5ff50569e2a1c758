#pragma once

#include <string>

#include "scenarios/engine/key_definition.h"

// The tables of docs/scenarios.md, from the language's own.
namespace gnc::scenarios {

std::string keys_table(const SectionDefinition&);
// A measure with a star is known only when the run is over.
std::string measures_table();

}  // namespace gnc::scenarios
