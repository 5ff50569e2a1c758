#pragma once

#include "bench/report.h"

namespace gnc::bench {

// What following an exchange costs a run: processor time and memory for each of a million, from the events of
// their whole life, and the time to sum them up at the end.
Measurement measure_ledger();

}  // namespace gnc::bench
