#pragma once

#include "bench/report.h"

namespace gnc::bench {

// XML declaration → protobuf bytes → XML, against libxml2's own parse and serialise of the same files: those
// of scenarios/documents, and where $GNC_CORPUS is set, of its declarations too.
Measurement measure_codec(double seconds);

}  // namespace gnc::bench
