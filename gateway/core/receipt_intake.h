#pragma once

#include "gateway/core/step.h"

namespace gnc::gateway {

// Takes a batch of receipts that a recipient has sealed for a sender: changes the exchanges that they are
// about, and passes those receipts on that changed one. False where the batch is no batch of receipts of this
// peer: then the session has ended.
bool take_receipts(Step& step, Session& session, IncomingBatch& batch);

}  // namespace gnc::gateway
