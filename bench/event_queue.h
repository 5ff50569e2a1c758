#pragma once

#include "bench/report.h"

namespace gnc::bench {

// The virtual world's queue of events, with a thousand and with a hundred thousand pending: each event that
// is taken out puts another in, at a time of chance. Against a balanced tree (std::map) with the same order.
Measurement measure_event_queue(double seconds);

}  // namespace gnc::bench
