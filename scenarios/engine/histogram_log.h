#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "scenarios/engine/hdr_histogram.h"

// The log of interval histograms that the HdrHistogram libraries and their plotters read (format 1.3): header
// lines, then one line for each tag and interval. Ours hold microseconds; the column of the maximum is in
// milliseconds, as theirs is.
namespace gnc::scenarios {

// The first lines of a log whose intervals count from `start`.
std::string histogram_log_header(Instant start);

// One line: what was recorded under the tag `from` the start of the log, for `length`. A tag has letters,
// digits and hyphens.
std::string histogram_log_line(std::string_view tag, Duration from, Duration length, const HdrHistogram&);

// All intervals of each tag together; "" is the tag of lines without one. Every mistake is named by its line.
struct HistogramLog {
  std::map<std::string, HdrHistogram> tags;
  // The earliest beginning and the latest end of an interval.
  Instant from;
  Instant to;

  // What two logs, as of two generators, recorded together. Nothing is lost.
  void merge(const HistogramLog&);
};
Result<HistogramLog> read_histogram_log(const std::filesystem::path& file);

// One line for each tag.
std::string histogram_log_text(const HistogramLog&);

}  // namespace gnc::scenarios
