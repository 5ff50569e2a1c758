#pragma once

#include "gateway/core/step.h"

namespace gnc::gateway {

// Sends to a connected party what waits for it, within its credit and its window.
void deliver(Step& step, PartyIndex index);

// A receipt for what was in flight: the recipient is well, so that more may be in flight at once.
void note_progress(Step& step, Party& party);

}  // namespace gnc::gateway
