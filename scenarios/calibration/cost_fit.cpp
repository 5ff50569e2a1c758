#include "scenarios/calibration/cost_fit.h"

#include <algorithm>
#include <cmath>

namespace gnc::scenarios {
namespace {

// Of one unknown after the other; with the few that there are it has settled long before.
constexpr int sweeps = 5000;

void set(CpuCosts& costs, const UnknownCost& unknown, std::uint64_t value) {
  costs.*unknown.cost = value;
  for (const UnknownCost::Part& part : unknown.parts) costs.*part.cost = value / part.divisor;
}

// How often the work has what is looked for in it; `without` has a price for all else.
double times(const CpuWork& work, const UnknownCost& unknown, const CpuCosts& without) {
  constexpr std::uint64_t one = 1u << 20;
  CpuCosts with = without;
  set(with, unknown, one);
  return static_cast<double>(work.cost(with) - work.cost(without)) / static_cast<double>(one);
}

}  // namespace

std::vector<double> fit_rows(std::span<const FitRow> all) {
  std::vector<FitRow> rows;
  for (const FitRow& row : all) {
    if (row.whole <= 0) continue;
    FitRow& scaled = rows.emplace_back(row);
    for (double& count : scaled.times) count /= row.whole;
    scaled.sum /= row.whole;
  }
  if (rows.empty()) return std::vector<double>(all.empty() ? 0 : all.front().times.size(), 0.0);
  std::vector<double> found(rows.front().times.size(), 0.0);
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t k = 0; k < found.size(); ++k) {
      double with = 0, square = 0;
      for (const FitRow& row : rows) {
        double left = row.sum;
        for (std::size_t other = 0; other < found.size(); ++other) {
          if (other != k) left -= row.times[other] * found[other];
        }
        with += row.times[k] * left;
        square += row.times[k] * row.times[k];
      }
      found[k] = square > 0 ? std::max(with / square, 0.0) : 0.0;
    }
  }
  return found;
}

void fit_costs(std::span<const ObservedWork> observed, std::span<const UnknownCost> unknowns,
               CpuCosts& costs) {
  for (const UnknownCost& unknown : unknowns) set(costs, unknown, 0);
  std::vector<FitRow> rows;
  for (const ObservedWork& one : observed) {
    // What is known already is not looked for; where it is more than all, nothing is left to find.
    const double left = one.nanoseconds - static_cast<double>(one.work.cost(costs));
    FitRow& row = rows.emplace_back(FitRow{{}, std::max(left, 0.0), one.nanoseconds});
    for (const UnknownCost& unknown : unknowns) row.times.push_back(times(one.work, unknown, costs));
  }
  const std::vector<double> found = fit_rows(rows);
  for (std::size_t k = 0; k < unknowns.size() && k < found.size(); ++k) {
    set(costs, unknowns[k], static_cast<std::uint64_t>(std::llround(found[k])));
  }
}

}  // namespace gnc::scenarios
