#pragma once

#include <string>

#include "scenarios/engine/report.h"

// The lists of a report for spreadsheets (RFC 4180, with a line of names). What would be taken for a formula
// is made text.
namespace gnc::scenarios {

std::string timeline_csv(const RunReport&);
std::string slices_csv(const RunReport&);
std::string refusals_csv(const RunReport&);

}  // namespace gnc::scenarios
