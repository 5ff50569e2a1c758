#include "scenarios/calibration/calibration.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios::calibration_test {
namespace {

// Loads whose "live" measures are those of the virtual world with a profile that is to be found again.
std::vector<CalibrationLoad> played_with(const CostProfile& profile) {
  auto loads = plan_loads({GNC_SOURCE_DIR "/scenarios", {}, "test", 0.5});
  EXPECT_TRUE(loads) << (loads ? "" : describe(loads.error()));
  for (CalibrationLoad& load : *loads) {
    VirtualOptions options;
    options.world = settings_of(load.plan.scenario, profile);
    auto outcome = play_virtual(load.plan, nullptr, options);
    EXPECT_TRUE(outcome) << (outcome ? "" : describe(outcome.error()));
    load.live = std::move(outcome->report);
    std::uint64_t frames = 0;
    for (const auto& [process, work] : outcome->work) frames += work.opening.frames;
    const auto exchanges = static_cast<double>(load.live.exchange.submitted);
    load.live.generator.cpu_share = rate_of(load) / 1e9 *
                                    (static_cast<double>(profile.machine.exchange) +
                                     static_cast<double>(profile.machine.frame * frames) / exchanges);
  }
  return std::move(*loads);
}

void expect_near(std::uint64_t found, std::uint64_t made, double share) {
  EXPECT_NEAR(static_cast<double>(found), static_cast<double>(made), share * static_cast<double>(made));
}

CostProfile made_profile(std::uint64_t stay) {
  CostProfile made;
  made.machine = {.cores = 2,
                  .wake = {30'000, 30'000},
                  .stay = stay,
                  .exchange = 50'000,
                  .frame = 30'000,
                  .lodge = 600'000};
  made.link.floor = 150'000;
  made.gateway.step = made.node.step = 40'000;
  made.gateway.envelope = 9'000;
  made.gateway.receipt = 1'500;
  made.node.document = 50'000;
  made.node.envelope = 10'000;
  made.node.receipt = 1'666;
  made.gateway.commit = made.node.commit = 70'000;
  made.gateway.send = made.node.send = 35'000;
  made.node.core_kilobyte = 3'000;
  return made;
}

CostProfile found_by(std::span<const CalibrationLoad> loads) {
  CostProfile found;
  found.machine = {.cores = 2, .wake = {30'000, 30'000}};
  const auto fitted = fit_to_loads(loads, found, [](std::string_view) {});
  EXPECT_TRUE(fitted) << describe(fitted.error());
  return found;
}

TEST(Calibration, FindsTheProfileAgainThatItsLoadsWerePlayedWith) {
  const CostProfile made = made_profile(0);
  const std::vector<CalibrationLoad> loads = played_with(made);

  const CostProfile found = found_by(loads);
  EXPECT_LE(found.machine.stay, 50u);
  expect_near(found.machine.frame, made.machine.frame, 0.2);
  expect_near(found.machine.lodge, made.machine.lodge, 0.1);
  expect_near(found.link.floor, made.link.floor, 0.1);
  expect_near(found.gateway.step, made.gateway.step, 0.1);
  expect_near(found.gateway.envelope, made.gateway.envelope, 0.1);
  expect_near(found.node.step, made.node.step, 0.1);
  expect_near(found.node.document, made.node.document, 0.1);
  expect_near(found.node.core_kilobyte, made.node.core_kilobyte, 0.1);
  expect_near(found.gateway.commit, made.gateway.commit, 0.1);
  expect_near(found.node.commit, made.node.commit, 0.1);
  expect_near(found.gateway.frame, made.gateway.frame, 0.2);
}

TEST(Calibration, FindsHowManyThreadsStayWhereTheyWereMadeReady) {
  const CostProfile made = made_profile(800);
  const std::vector<CalibrationLoad> loads = played_with(made);

  const CostProfile found = found_by(loads);
  expect_near(found.machine.stay, made.machine.stay, 0.05);
  expect_near(found.machine.lodge + 2 * found.link.floor, made.machine.lodge + 2 * made.link.floor, 0.05);
  expect_near(found.node.document, made.node.document, 0.1);
  expect_near(found.node.commit, made.node.commit, 0.1);
}

}  // namespace
}  // namespace gnc::scenarios::calibration_test
