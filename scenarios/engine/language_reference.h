#pragma once

#include <string>

#include "scenarios/engine/key_definition.h"

// docs/scenario-reference.md, from what the reader itself reads by.
namespace gnc::scenarios {

// Every section with its keys, each with an example, and every measure: a whole Markdown file.
std::string language_reference();

std::string keys_table(const SectionDefinition&);
// A measure with a star is known only when the run is over.
std::string measures_table();

}  // namespace gnc::scenarios
