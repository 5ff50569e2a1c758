#pragma once

#include <filesystem>

#include "proto/types/result.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Writes report.html, junit.xml, timeline.csv, slices.csv and refusals.csv into the folder of a run, whose
// report.json and latency.csv are there.
Result<void> write_report_files(const std::filesystem::path& folder, const RunReport&);

}  // namespace gnc::scenarios
