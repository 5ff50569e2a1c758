#pragma once

#include "bench/report.h"

namespace gnc::bench {

// Whether agreement and utility block let a document cross, asked of its bytes, against protobuf's parse of
// the same bytes: the export documents of scenarios/documents, of 0.9 to 6 kB.
Measurement measure_conformance(double seconds);

}  // namespace gnc::bench
