#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/types/result.h"
#include "scenarios/engine/hdr_histogram.h"

namespace gnc::scenarios {

// The range that histograms of latencies are said to have: one hour in microseconds, as is usual.
constexpr std::int64_t usual_range = 3'600'000'000;

// A histogram as the HdrHistogram libraries exchange it: their V2 encoding, compressed, in base64
// ("HISTFAAAA…"). `range` is the largest value that the readers must make room for; a larger one in the
// histogram raises it.
std::string encode_hdr(const HdrHistogram&, std::int64_t range = usual_range);

// Any V2 histogram of theirs. What was encoded with three significant digits from the unit 1, as ours are,
// comes back cell by cell; others to their own precision. The exact smallest and largest are not in the
// encoding. KEY_VALUE where it is none, or needs more than any histogram may.
Result<HdrHistogram> decode_hdr(std::string_view base64);

}  // namespace gnc::scenarios
