#include "scenarios/calibration/calibration_load.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios {
namespace {

constexpr const char* at_rest = "one at a time";

struct Shape {
  std::string name, how;
};

std::vector<Shape> shapes(double seconds) {
  return {{at_rest, fmt::format("users: {{count: 1, think: 5ms..15ms, for: {:.0f}ms}}", seconds * 1000)},
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
                       std::move(*plan),
                       {}});
    }
  }
  return loads;
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

double rate_of(const CalibrationLoad& load) {
  const PlannedWorkload& workload = load.plan.workloads.front();
  return workload.rate.each_second;
}

bool is_at_rest(const CalibrationLoad& load) { return load.name.starts_with(at_rest); }

}  // namespace gnc::scenarios
