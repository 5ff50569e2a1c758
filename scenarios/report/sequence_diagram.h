#pragma once

#include <string>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// One exchange from top to bottom: the two parties and the gateway between them, what happened where and
// when, and how it went across. Every moment is a row; the distance between rows says nothing of time.
std::string sequence_diagram(const SequenceRow&);

}  // namespace gnc::scenarios
