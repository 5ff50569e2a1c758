#include "scenarios/report/latency_curves.h"

#include <cmath>
#include <fstream>
#include <sstream>

namespace gnc::scenarios {
namespace {

// Empty where a field is missing or no number.
std::optional<double> number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

void add(std::vector<LatencyCurve>& curves, const char* clock, const char* stage,
         const LatencySummary& latency) {
  if (latency.count == 0) return;
  curves.push_back({clock,
                    stage,
                    {{0.5, latency.p50},
                     {0.9, latency.p90},
                     {0.95, latency.p95},
                     {0.99, latency.p99},
                     {0.999, latency.p999},
                     {1, latency.max}},
                    latency.count});
}

}  // namespace

std::vector<LatencyCurve> latency_curves_of(const RunReport& report) {
  std::vector<LatencyCurve> curves;
  add(curves, "intended", "admitted", report.latency.admitted);
  add(curves, "intended", "delivered", report.latency.delivered);
  add(curves, "intended", "processed", report.latency.processed);
  return curves;
}

std::vector<LatencyCurve> read_latency_curves(const std::filesystem::path& folder, const RunReport& report) {
  std::ifstream stream(folder / "latency.csv");
  std::vector<LatencyCurve> curves;
  std::size_t lines = 0;
  for (std::string line; lines < 10'000 && std::getline(stream, line); ++lines) {
    std::istringstream fields(line);
    std::string clock, stage, quantile, ms, count;
    std::getline(fields, clock, ',');
    std::getline(fields, stage, ',');
    std::getline(fields, quantile, ',');
    std::getline(fields, ms, ',');
    std::getline(fields, count, ',');
    const auto at = number_in(quantile);
    const auto value = number_in(ms);
    const auto of = number_in(count);
    if (!at || !value || !of || *at < 0 || *at > 1 || *of < 1) continue;
    if (curves.empty() || curves.back().clock != clock || curves.back().stage != stage) {
      curves.push_back({clock, stage, {}, static_cast<std::uint64_t>(*of)});
    }
    curves.back().points.push_back({*at, *value});
  }
  return curves.empty() ? latency_curves_of(report) : curves;
}

}  // namespace gnc::scenarios
