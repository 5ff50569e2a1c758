#pragma once

#include "model/agreement/definition_findings.h"

namespace gnc::model {

// Adds every mistake of the block's states. Its messages may have mistakes of their own.
void check_states(const v1::UtilityBlock&, Findings&);

}  // namespace gnc::model
