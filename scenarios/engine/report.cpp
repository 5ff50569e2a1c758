#include "scenarios/engine/report.h"

#include <algorithm>

#include "scenarios/engine/hdr_histogram.h"

namespace gnc::scenarios {

LatencySummary LatencySummary::of(const HdrHistogram& microseconds) {
  const auto at = [&](double quantile) { return static_cast<double>(microseconds.value_at(quantile)) / 1e3; };
  return {at(0.5),
          at(0.9),
          at(0.95),
          at(0.99),
          at(0.999),
          static_cast<double>(microseconds.max()) / 1e3,
          microseconds.count()};
}

std::optional<double> RunReport::cpu_us_per_exchange() const {
  if (exchange.delivered == 0) return std::nullopt;
  std::uint64_t all = 0;
  for (const ProcessRow& process : processes) all += process.cpu_us;
  return static_cast<double>(all) / static_cast<double>(exchange.delivered);
}

bool RunReport::all_held() const {
  const auto held = [](const auto& row) { return row.held; };
  return std::all_of(steps.begin(), steps.end(), held) &&
         std::all_of(promises.begin(), promises.end(), held) &&
         std::all_of(expectations.begin(), expectations.end(), held);
}

}  // namespace gnc::scenarios
