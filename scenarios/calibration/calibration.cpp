#include "scenarios/calibration/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "scenarios/calibration/cost_fit.h"
#include "scenarios/calibration/machine_load.h"
#include "scenarios/calibration/service_marks.h"
#include "scenarios/engine/environment.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {
namespace {

// Costs decide how full batches are, and that decides what costs are found: after so many rounds it moves no
// more.
constexpr int rounds = 5;

// The costs that the loads tell, by process and thread.
struct ThreadFit {
  const char* process;
  const char* thread;
  CpuWork ThreadWork::*work;
  CpuCosts CostProfile::*costs;
  UnknownCost first, second;
};

// No load tells an envelope from its receipts, nor taking a document in from what else happens to it once:
// these shares are about what profiles of the two processes show.
std::array<ThreadFit, 6> thread_fits() {
  const UnknownCost frame{&CpuCosts::frame}, kilobyte{&CpuCosts::kilobyte}, step{&CpuCosts::step},
      commit{&CpuCosts::commit}, row{&CpuCosts::row};
  const UnknownCost envelope{&CpuCosts::envelope, {{&CpuCosts::receipt, 6}}};
  const UnknownCost document{&CpuCosts::document, {{&CpuCosts::envelope, 5}, {&CpuCosts::receipt, 30}}};
  return {{{"gateway", "others", &ThreadWork::opening, &CostProfile::gateway, frame, kilobyte},
           {"gateway", "gnc-core", &ThreadWork::core, &CostProfile::gateway, step, envelope},
           {"gateway", "gnc-store", &ThreadWork::store, &CostProfile::gateway, commit, row},
           {"nodes", "others", &ThreadWork::opening, &CostProfile::node, frame, kilobyte},
           {"nodes", "gnc-core", &ThreadWork::core, &CostProfile::node, step, document},
           {"nodes", "gnc-store", &ThreadWork::store, &CostProfile::node, commit, row}}};
}

double thread_time(const RunReport& report, const ThreadFit& fit) {
  for (const ProcessRow& process : report.processes) {
    if (process.process != fit.process) continue;
    for (const ThreadRow& thread : process.threads) {
      if (thread.thread == fit.thread) return static_cast<double>(thread.cpu_us) * 1000;
    }
  }
  return 0;
}

Result<VirtualOutcome> play_virtually(const CalibrationLoad& load, const CostProfile& profile) {
  VirtualOptions options;
  options.world = settings_of(load.plan.scenario, profile);
  return play_virtual(load.plan, nullptr, options);
}

// An exchange crosses two links on its way to the recipient: what its median is longer live lies on them.
void fit_floor(std::span<const CalibrationLoad> loads, std::span<const VirtualOutcome> outcomes,
               CostProfile& profile) {
  double apart = 0;
  int at_rest = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (!is_at_rest(loads[i])) continue;
    apart += loads[i].live.latency.delivered.p50 - outcomes[i].report.latency.delivered.p50;
    ++at_rest;
  }
  if (at_rest == 0) return;
  const double floor = static_cast<double>(profile.link.floor) + apart / at_rest / 2 * 1e6;
  profile.link.floor = static_cast<std::uint64_t>(std::max(floor, 0.0));
}

// What the process that lodges spends on each exchange, in which the links' proxies are.
void fit_exchange(std::span<const CalibrationLoad> loads, CostProfile& profile) {
  double sum = 0;
  int steady = 0;
  for (const CalibrationLoad& load : loads) {
    const double rate = rate_of(load);
    if (rate <= 0) continue;
    sum += load.live.generator.cpu_share / rate * 1e9;
    ++steady;
  }
  if (steady > 0) profile.machine.exchange = static_cast<std::uint64_t>(sum / steady);
}

std::string load_average() {
  std::string average;
  std::ifstream("/proc/loadavg") >> average;
  return average;
}

}  // namespace

Result<void> fit_to_loads(std::span<const CalibrationLoad> loads, CostProfile& profile) {
  fit_exchange(loads, profile);
  for (int round = 0; round < rounds; ++round) {
    std::vector<VirtualOutcome> outcomes;
    for (const CalibrationLoad& load : loads) {
      auto outcome = play_virtually(load, profile);
      if (!outcome) return tl::unexpected(outcome.error());
      outcomes.push_back(std::move(*outcome));
    }
    fit_floor(loads, outcomes, profile);
    for (const ThreadFit& fit : thread_fits()) {
      std::vector<ObservedWork> observed;
      for (std::size_t i = 0; i < loads.size(); ++i) {
        observed.push_back({outcomes[i].work.at(fit.process).*fit.work, thread_time(loads[i].live, fit)});
      }
      fit_costs(observed, fit.first, fit.second, profile.*fit.costs);
    }
  }
  return {};
}

Result<CostProfile> calibrate(const LoadSettings& settings, const CalibrationProgress& progress) {
  const std::string average = load_average();
  const MachineLoad machine;
  CostProfile profile;
  profile.name = fmt::format("measured {}", time_text());
  profile.machine.cores = std::max(1u, std::thread::hardware_concurrency());
  profile.gateway.threads = profile.node.threads = std::max<std::uint64_t>(profile.machine.cores, 2);

  progress("seals");
  const auto seals = measure_seals(settings.folder / "pki");
  if (!seals) return tl::unexpected(seals.error());
  profile.gateway.seal = profile.node.seal = seals->seal;
  profile.gateway.batch = profile.node.batch = seals->batch;
  progress("commits");
  const auto waits = measure_commit_waits(settings.folder);
  if (!waits) return tl::unexpected(waits.error());
  profile.disk.commit = waits->front();
  profile.disk.spread.clear();
  for (const std::uint64_t wait : *waits) profile.disk.spread.push_back(wait - waits->front());
  progress("threads");
  profile.machine.wake = measure_wake();

  auto loads = plan_loads(settings);
  if (!loads) return tl::unexpected(loads.error());
  for (CalibrationLoad& load : *loads) {
    progress(load.name);
    if (auto played = play(load, settings); !played) return tl::unexpected(played.error());
  }
  progress("what the virtual world makes of it");
  if (auto fitted = fit_to_loads(*loads, profile); !fitted) return tl::unexpected(fitted.error());

  const double others = machine.of_others();
  profile.conditions = describe_environment();
  profile.conditions["date"] = time_text();
  profile.conditions["version"] = settings.version;
  profile.conditions["load average before"] = average;
  profile.conditions["taken by others"] = fmt::format("{:.0f} % of the processors", others * 100);
  profile.conditions["quiet"] =
      others <= busy_share ? "yes" : "no: these are not the figures of the machine alone";
  return profile;
}

}  // namespace gnc::scenarios
