#include "scenarios/calibration/calibration_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios {
namespace {

// For how long the gateway is kept away before it is started.
constexpr Duration away = Duration::from_milliseconds(300);

struct Shape {
  std::string name, how;
  bool at_rest = false;
};

std::vector<Shape> shapes(double seconds) {
  return {{"one at a time",
           fmt::format("users: {{count: 1, think: 5ms..15ms, for: {:.0f}ms}}", seconds * 1000), true},
          {"100 a second", fmt::format("arrivals: {{rate: 100/s, for: {:.0f}ms}}", seconds * 1000)},
          {"400 a second", fmt::format("arrivals: {{rate: 400/s, for: {:.0f}ms}}", seconds * 1000)},
          {"many at once", fmt::format("count: {:.0f}", seconds * 500)}};
}

std::string scenario_text(const std::string& how, int goods) {
  return fmt::format(
      "scenario: A load to calibrate by\n"
      "seed: 7\n"
      "topology: {{administrations: [NZ, CN]}}\n"
      "agreements: [agreements/nz-cn-export.yaml]\n"
      "workload:\n"
      "  - {{name: load, from: NZ, to: CN, documents: {{generate: 50, items: {}..{}}}, {}}}\n",
      goods, goods, how);
}

}  // namespace

Result<std::vector<CalibrationLoad>> plan_loads(const LoadSettings& settings) {
  std::vector<CalibrationLoad> loads;
  for (const int goods : {1, 20}) {
    for (const Shape& shape : shapes(settings.seconds)) {
      auto scenario = parse_scenario(scenario_text(shape.how, goods), settings.folder / "load.yaml");
      if (!scenario) return tl::unexpected(scenario.error().front());
      auto plan = plan_run(std::move(*scenario), {});
      if (!plan) return tl::unexpected(plan.error().front());
      loads.push_back({fmt::format("{}, goods {}", shape.name, goods),
                       fmt::format("load-{}", loads.size() + 1),
                       shape.at_rest,
                       std::move(*plan),
                       {}});
    }
  }
  return loads;
}

Result<Duration> measure_start(const LoadSettings& settings) {
  const std::string text =
      scenario_text("arrivals: {rate: 20/s, for: 1s}", 1) +
      fmt::format("faults:\n  - {{at: 200ms, kill: gateway, for: {}ms}}\n", away.microseconds / 1000);
  auto scenario = parse_scenario(text, settings.folder / "start.yaml");
  if (!scenario) return tl::unexpected(scenario.error().front());
  auto plan = plan_run(std::move(*scenario), {});
  if (!plan) return tl::unexpected(plan.error().front());
  CalibrationLoad load{"a start", "start", false, std::move(*plan), {}};
  if (auto played = play(load, settings); !played) return tl::unexpected(played.error());
  for (const FaultRow& fault : load.live.faults) {
    if (!fault.to_s) continue;
    const auto took = Duration{static_cast<std::int64_t>((*fault.to_s - fault.from_s) * 1e6)};
    return std::max(took - away, Duration{});
  }
  return failure(v1::PROCESS_FAILED, "the gateway did not start again", (settings.folder / "start").string());
}

Result<void> play(CalibrationLoad& load, const LoadSettings& settings) {
  auto folder = RunFolder::create(settings.folder / load.folder, load.plan.scenario.file);
  if (!folder) return tl::unexpected(folder.error());
  auto report = play_live(load.plan, *folder, {settings.program, settings.version, false, false, ""});
  if (!report) return tl::unexpected(report.error());
  if (report->interrupted) return failure(v1::PROCESS_FAILED, "interrupted");
  if (report->exchange.processed == 0) {
    return failure(v1::PROCESS_FAILED, "no exchange came to its end", folder->path().string(),
                   "gncsim doctor says what stands in the way.");
  }
  load.live = std::move(*report);
  return {};
}

double rate_of(const CalibrationLoad& load) { return load.plan.workloads.front().rate.each_second; }

}  // namespace gnc::scenarios
