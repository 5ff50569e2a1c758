#include "scenarios/calibration/cost_fit.h"

#include <algorithm>
#include <cmath>

namespace gnc::scenarios {
namespace {

void set(CpuCosts& costs, const UnknownCost& unknown, std::uint64_t value) {
  costs.*unknown.cost = value;
  for (const UnknownCost::Part& part : unknown.parts) costs.*part.cost = value / part.divisor;
}

// How often the work has what is looked for in it.
double times(const CpuWork& work, const UnknownCost& unknown) {
  constexpr std::uint64_t one = 1u << 20;
  CpuCosts alone{};
  for (const auto member :
       {&CpuCosts::frame, &CpuCosts::batch, &CpuCosts::envelope, &CpuCosts::receipt, &CpuCosts::step,
        &CpuCosts::seal, &CpuCosts::document, &CpuCosts::kilobyte, &CpuCosts::commit, &CpuCosts::row}) {
    alone.*member = 0;
  }
  set(alone, unknown, one);
  return static_cast<double>(work.cost(alone)) / static_cast<double>(one);
}

}  // namespace

void fit_costs(std::span<const ObservedWork> observed, const UnknownCost& first, const UnknownCost& second,
               CpuCosts& costs) {
  set(costs, first, 0);
  set(costs, second, 0);
  // The sums of the normal equations.
  double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;
  for (const ObservedWork& one : observed) {
    if (one.nanoseconds <= 0) continue;
    const double a = times(one.work, first) / one.nanoseconds;
    const double b = times(one.work, second) / one.nanoseconds;
    const double y = 1 - static_cast<double>(one.work.cost(costs)) / one.nanoseconds;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
  }
  const auto ratio = [](double over, double under) { return under > 0 ? std::max(over / under, 0.0) : 0.0; };
  const double determinant = aa * bb - ab * ab;
  double of_first = 0, of_second = 0;
  if (determinant > 1e-12 * aa * bb) {
    of_first = (ay * bb - by * ab) / determinant;
    of_second = (by * aa - ay * ab) / determinant;
  }
  // At a bound, or where nothing tells the two apart, one of them carries all.
  if (of_first <= 0) {
    of_first = 0;
    of_second = ratio(by, bb);
  } else if (of_second <= 0) {
    of_second = 0;
    of_first = ratio(ay, aa);
  }
  set(costs, first, static_cast<std::uint64_t>(std::llround(of_first)));
  set(costs, second, static_cast<std::uint64_t>(std::llround(of_second)));
}

}  // namespace gnc::scenarios
