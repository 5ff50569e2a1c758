#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// How long exchanges took to come to a stage, quantile by quantile: a run's latency.csv.
struct LatencyCurve {
  struct Point {
    double quantile = 0;  // 0 to 1, rising
    double ms = 0;
  };
  std::string clock;  // "intended", "sent"
  std::string stage;  // "admitted", "delivered", "processed", "sent"
  std::vector<Point> points;
  std::uint64_t count = 0;
};

// Of the run's folder. What is no such line is left out; without the file, the few points that the report
// has.
std::vector<LatencyCurve> read_latency_curves(const std::filesystem::path& folder, const RunReport&);
std::vector<LatencyCurve> latency_curves_of(const RunReport&);

}  // namespace gnc::scenarios
