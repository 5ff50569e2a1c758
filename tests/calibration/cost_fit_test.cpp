#include "scenarios/calibration/cost_fit.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace gnc::scenarios::cost_fit_test {
namespace {

std::vector<ObservedWork> observed(const std::vector<CpuWork>& works, const CpuCosts& costs) {
  std::vector<ObservedWork> all;
  for (const CpuWork& work : works) all.push_back({work, static_cast<double>(work.cost(costs))});
  return all;
}

const std::vector<CpuWork> loads{{.envelopes = 100, .receipts = 300, .steps = 400, .seals = 200},
                                 {.envelopes = 2000, .receipts = 6000, .steps = 90, .seals = 60},
                                 {.envelopes = 800, .receipts = 2400, .steps = 1500, .seals = 900}};

TEST(CostFit, FindsTheCostsThatTheTimesWereMadeOf) {
  EXPECT_TRUE(rc::check([] {
    CpuCosts made;
    made.step = *rc::gen::inRange<std::uint64_t>(100, 200'000);
    made.envelope = *rc::gen::inRange<std::uint64_t>(100, 200'000);
    made.receipt = made.envelope / 6;
    CpuCosts found;
    found.seal = made.seal;
    const std::vector<UnknownCost> unknowns{{&CpuCosts::step},
                                            {&CpuCosts::envelope, {{&CpuCosts::receipt, 6}}}};
    fit_costs(observed(loads, made), unknowns, found);
    RC_ASSERT(found.step >= made.step - made.step / 50 && found.step <= made.step + made.step / 50 + 50);
    RC_ASSERT(found.envelope >= made.envelope - made.envelope / 50 - 5);
    RC_ASSERT(found.envelope <= made.envelope + made.envelope / 50 + 5);
  }));
}

TEST(CostFit, SetsNoCostBelowZero) {
  CpuCosts costs;
  // Less than the seals alone are said to take.
  std::vector<ObservedWork> little =
      observed(loads, CpuCosts{.envelope = 0, .receipt = 0, .step = 0, .seal = 10});
  fit_costs(little, std::vector<UnknownCost>{{&CpuCosts::step}, {&CpuCosts::envelope}}, costs);
  EXPECT_EQ(costs.step, 0u);
  EXPECT_EQ(costs.envelope, 0u);
}

TEST(CostFit, ExplainsAllWhereNothingTellsTwoCostsApart) {
  CpuCosts costs;
  costs.seal = 0;
  const std::vector<ObservedWork> one{{{.envelopes = 10, .steps = 10}, 1'000'000}};
  fit_costs(one, std::vector<UnknownCost>{{&CpuCosts::step}, {&CpuCosts::envelope}}, costs);
  EXPECT_NEAR(static_cast<double>(costs.step + costs.envelope), 100'000, 2);
}

}  // namespace
}  // namespace gnc::scenarios::cost_fit_test
