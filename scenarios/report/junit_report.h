#pragma once

#include <string>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// The report for build servers, as JUnit XML: a test for each step, promise and expectation, and one for
// whether the generator kept up and the run was played to its end.
std::string junit_report(const RunReport&);

}  // namespace gnc::scenarios
