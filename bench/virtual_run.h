#pragma once

#include "bench/report.h"

namespace gnc::bench {

// In a second of processor time.
struct RingRate {
  double exchanges = 0;
  double recorded_events = 0;
  double queue_events = 0;
};

// The ring (simulators/ring.h) in the virtual world, with the real cores. Throws where an exchange does not
// end.
RingRate play_ring(bool answered);

// A whole run of the virtual world with the real cores: 20 administrations, declarations that are answered.
Measurement measure_virtual_run();

}  // namespace gnc::bench
