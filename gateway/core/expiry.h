#pragma once

#include "gateway/core/step.h"

namespace gnc::gateway {

// Does what is due by now: exchanges that expire, retries, sessions that have been silent for too long.
void do_what_is_due(Step& step);

}  // namespace gnc::gateway
