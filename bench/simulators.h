#pragma once

#include "bench/report.h"

namespace gnc::bench {

// The same messages between the same parties over the same delays (simulators/ring.h): the virtual world,
// which seals, records, delivers and receipts each, and its queue of events alone, beside a bare relay in
// SimGrid and in ns-3's core, each where it was installed when this was built. In a second of processor time.
Measurement measure_simulators();

}  // namespace gnc::bench
