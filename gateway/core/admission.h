#pragma once

#include <vector>

#include "gateway/core/step.h"

namespace gnc::gateway {

// Judges the batches that a node has submitted in one frame: each envelope is admitted, shown its first
// receipt again, or refused. False where the node had not the credit: then nothing was looked at and the
// session has ended.
bool admit(Step& step, Session& session, std::vector<IncomingBatch>& batches);

}  // namespace gnc::gateway
