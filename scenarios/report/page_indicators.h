#pragma once

#include <string>

#include "scenarios/engine/report.h"
#include "scenarios/report/html.h"

namespace gnc::scenarios {

// The part of a report's page that says how paperless and how real-time the exchange was, with the channels
// that single windows chose. Empty where nothing was lodged.
Html indicators_of_run(const RunReport&);

// What the indicators of a report or slice are worked out of, at `pointer` in report.json.
Html indicator_counts(const std::string& pointer, const IndicatorCounts&);

}  // namespace gnc::scenarios
