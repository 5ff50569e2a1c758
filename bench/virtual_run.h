#pragma once

#include "bench/report.h"

namespace gnc::bench {

// A whole run of the virtual world with the real cores: 20 administrations, declarations that are answered.
Measurement measure_virtual_run();

}  // namespace gnc::bench
