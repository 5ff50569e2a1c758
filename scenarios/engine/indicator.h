#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/engine/measure.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// A measure of the digital-customs kind. What it is stands here once: report.json, its schema, the page,
// expectations, comparisons and docs/indicators.md follow from it.
struct Indicator {
  std::string_view name;     // as expectations and report.json have it
  std::string_view title;    // what it is, in a sentence
  std::string_view formula;  // of the fields of indicator_counts and latency_ms
  std::string_view source;   // where it is from
  Measure::Unit unit;
  Better better;
  // Empty where nothing was measured.
  std::optional<double> (*of)(const StageLatencies&, const IndicatorCounts&);
};

std::span<const Indicator> indicators();

// What a report's or a slice's indicators are worked out of.
struct IndicatorValues {
  const StageLatencies& latency;
  const IndicatorCounts& counts;
};

// "97.5 %", "41.5 ms", "0.02", as people read it.
std::string indicator_text(const Indicator&, double value);

// docs/indicators.md.
std::string indicators_reference();

}  // namespace gnc::scenarios
