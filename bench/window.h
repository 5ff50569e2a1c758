#pragma once

#include "bench/report.h"

namespace gnc::bench {

// What a single window with a profile decides on one import declaration, from its bytes to its answer,
// against the check of the data model alone on the same bytes: the import documents of scenarios/documents.
Measurement measure_window(double seconds);

}  // namespace gnc::bench
