#pragma once

#include "bench/report.h"

namespace gnc::bench {

// Sealed, fsynced, receipted exchanges a second through a gateway process and a node-host process, against
// the raw relay before and after it.
Measurement measure_exchange_rate(double seconds);

// One exchange at a time on the idle pair, against one echo and one fsync.
Measurement measure_latency();

// The gateway's memory with 186 nodes connected and a million exchanges recorded.
Measurement measure_memory();

}  // namespace gnc::bench
