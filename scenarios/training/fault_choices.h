#pragma once

#include <string>

#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// What can be broken in a run, as JSON: faults and deeds as a fork takes them, with a title, in groups.
std::string fault_choices_json(const Recording&);

}  // namespace gnc::scenarios
