#include "scenarios/calibration/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "scenarios/calibration/cost_fit.h"
#include "scenarios/calibration/machine_load.h"
#include "scenarios/calibration/service_marks.h"
#include "scenarios/engine/environment.h"
#include "scenarios/engine/fidelity.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {
namespace {

// Costs decide how full batches are, and that decides what costs are found: after so many rounds it moves no
// more. In those between the first and the last how many threads stay is found as well, by steps each of
// which is so much shorter than the one before that later ones make up for what the first, with costs of
// other batches, took wrongly.
constexpr int first_rounds = 2;
constexpr int stepping_rounds = 8;
constexpr int last_rounds = 2;
constexpr double first_stay = 600, first_step = 300, shortening = 0.7;
// By so little the loads' medians differ for other reasons, and no thread is said to stay.
constexpr double near_enough = 0.003;

// The costs that the loads tell, by process and thread.
struct ThreadFit {
  const char* process;
  const char* thread;
  CpuWork ThreadWork::*work;
  CpuCosts CostProfile::*costs;
  std::vector<UnknownCost> unknowns;
};

// No load tells an envelope from its receipts, nor a document from the envelope that it is in, nor a commit
// from the frame that follows it: these shares are about what profiles of the two processes show.
std::vector<ThreadFit> thread_fits() {
  const std::vector<UnknownCost> opening{{&CpuCosts::frame}, {&CpuCosts::frame_woken}, {&CpuCosts::kilobyte}};
  const std::vector<UnknownCost> store{{&CpuCosts::commit, {{&CpuCosts::send, 2}}},
                                       {&CpuCosts::commit_woken},
                                       {&CpuCosts::row},
                                       {&CpuCosts::store_kilobyte}};
  const UnknownCost step{&CpuCosts::step}, woken{&CpuCosts::step_woken}, kilobyte{&CpuCosts::core_kilobyte};
  const UnknownCost envelope{&CpuCosts::envelope, {{&CpuCosts::receipt, 6}}};
  const UnknownCost document{&CpuCosts::document, {{&CpuCosts::envelope, 5}, {&CpuCosts::receipt, 30}}};
  return {
      {"gateway", "others", &ThreadWork::opening, &CostProfile::gateway, opening},
      {"gateway", "gnc-core", &ThreadWork::core, &CostProfile::gateway, {step, woken, envelope, kilobyte}},
      {"gateway", "gnc-store", &ThreadWork::store, &CostProfile::gateway, store},
      {"nodes", "others", &ThreadWork::opening, &CostProfile::node, opening},
      {"nodes", "gnc-core", &ThreadWork::core, &CostProfile::node, {step, woken, document, kilobyte}},
      {"nodes", "gnc-store", &ThreadWork::store, &CostProfile::node, store}};
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

// Under which the medians tell the way: all but those that are as many at once.
bool tells_way(const CalibrationLoad& load) { return load.at_rest || rate_of(load) > 0; }

// To the recipient an exchange is lodged and crosses two links, and its answer crosses two: what the medians
// are longer live than of work and waiting lies there, as near as the loads agree on it.
void fit_ways(std::span<const CalibrationLoad> loads, std::span<const VirtualOutcome> outcomes,
              CostProfile& profile) {
  const auto lodge = static_cast<double>(profile.machine.lodge),
             floor = static_cast<double>(profile.link.floor);
  std::vector<FitRow> rows;
  const auto add = [&](double live, double played, double links) {
    rows.push_back({{1, links}, (live - played) * 1e6 + lodge + links * floor, live * 1e6});
  };
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (!tells_way(loads[i])) continue;
    const StageLatencies& live = loads[i].live.latency;
    const StageLatencies& played = outcomes[i].report.latency;
    add(live.delivered.p50, played.delivered.p50, 2);
    add(live.processed.p50, played.processed.p50, 4);
  }
  const std::vector<double> found = fit_rows(rows);
  if (found.empty()) return;
  profile.machine.lodge = static_cast<std::uint64_t>(found[0]);
  profile.link.floor = static_cast<std::uint64_t>(found[1]);
}

// What the process that lodges takes of the machine, in which the links' proxies are: for each exchange, and
// for each frame.
void fit_lodging(std::span<const CalibrationLoad> loads, std::span<const VirtualOutcome> outcomes,
                 CostProfile& profile) {
  std::vector<FitRow> rows;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const double rate = rate_of(loads[i]);
    if (rate <= 0) continue;
    std::uint64_t frames = 0;
    for (const auto& [process, work] : outcomes[i].work) frames += work.opening.frames;
    const auto exchanges = static_cast<double>(loads[i].live.exchange.submitted);
    const double nanoseconds = loads[i].live.generator.cpu_share * exchanges / rate * 1e9;
    rows.push_back({{exchanges, static_cast<double>(frames)}, nanoseconds, nanoseconds});
  }
  const std::vector<double> found = fit_rows(rows);
  if (found.empty()) return;
  profile.machine.exchange = static_cast<std::uint64_t>(found[0]);
  profile.machine.frame = static_cast<std::uint64_t>(found[1]);
}

// How much longer the medians under the densest even loads are in the virtual world, on the average; 0.1 is a
// tenth.
double too_long(std::span<const CalibrationLoad> loads, std::span<const VirtualOutcome> outcomes) {
  double densest = 0;
  for (const CalibrationLoad& load : loads) densest = std::max(densest, rate_of(load));
  double sum = 0;
  int medians = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const StageLatencies& live = loads[i].live.latency;
    const StageLatencies& played = outcomes[i].report.latency;
    if (rate_of(loads[i]) < densest || live.delivered.p50 <= 0 || live.processed.p50 <= 0) continue;
    sum += played.delivered.p50 / live.delivered.p50 + played.processed.p50 / live.processed.p50 - 2;
    medians += 2;
  }
  return medians > 0 ? sum / medians : 0;
}

Result<std::vector<VirtualOutcome>> play_all(std::span<const CalibrationLoad> loads,
                                             const CostProfile& profile) {
  std::vector<VirtualOutcome> outcomes;
  for (const CalibrationLoad& load : loads) {
    auto outcome = play_virtually(load, profile);
    if (!outcome) return tl::unexpected(outcome.error());
    outcomes.push_back(std::move(*outcome));
  }
  return outcomes;
}

void fit_times(std::span<const CalibrationLoad> loads, std::span<const VirtualOutcome> outcomes,
               CostProfile& profile) {
  fit_ways(loads, outcomes, profile);
  fit_lodging(loads, outcomes, profile);
  for (const ThreadFit& fit : thread_fits()) {
    std::vector<ObservedWork> observed;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      observed.push_back({outcomes[i].work.at(fit.process).*fit.work, thread_time(loads[i].live, fit)});
    }
    fit_costs(observed, fit.unknowns, profile.*fit.costs);
  }
}

double processor_time(const RunReport& report) {
  double sum = 0;
  for (const ProcessRow& process : report.processes) sum += static_cast<double>(process.cpu_us);
  return sum;
}

std::string more(double virtual_world, double live) {
  return live > 0 ? fmt::format("{:+.0f} %", (virtual_world / live - 1) * 100) : std::string("-");
}

std::string load_average() {
  std::string average;
  std::ifstream("/proc/loadavg") >> average;
  return average;
}

}  // namespace

Result<void> fit_to_loads(std::span<const CalibrationLoad> loads, CostProfile& profile,
                          const CalibrationProgress& progress) {
  constexpr int rounds = first_rounds + stepping_rounds + last_rounds;
  double stay = first_stay, step = first_step;
  for (int round = 0; round < rounds; ++round) {
    progress(fmt::format("what the virtual world makes of it, {} of {}", round + 1, rounds));
    profile.machine.stay = static_cast<std::uint64_t>(stay);
    const auto outcomes = play_all(loads, profile);
    if (!outcomes) return tl::unexpected(outcomes.error());
    if (round >= first_rounds && round < first_rounds + stepping_rounds) {
      stay = std::clamp(stay + (too_long(loads, *outcomes) > -near_enough ? -step : step), 0.0,
                        static_cast<double>(MachineCosts::threads_counted));
      step *= shortening;
    }
    fit_times(loads, *outcomes, profile);
  }
  return {};
}

Result<std::map<std::string, std::string>> distances(std::span<const CalibrationLoad> loads,
                                                     const CostProfile& profile) {
  std::map<std::string, std::string> all;
  for (const CalibrationLoad& load : loads) {
    const auto outcome = play_virtually(load, profile);
    if (!outcome) return tl::unexpected(outcome.error());
    const RunReport& report = outcome->report;
    const StageLatencies& live = load.live.latency;
    all[load.name] = fmt::format("delivery p50 {}, p99 {}, processing p50 {}, processor time {}",
                                 more(report.latency.delivered.p50, live.delivered.p50),
                                 more(report.latency.delivered.p99, live.delivered.p99),
                                 more(report.latency.processed.p50, live.processed.p50),
                                 more(processor_time(report), processor_time(load.live)));
  }
  return all;
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
  const auto checkpoint = measure_checkpoint(settings.folder);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  profile.disk.checkpoint = *checkpoint;
  progress("threads");
  profile.machine.wake = measure_wakes();

  progress("a start");
  const auto start = measure_start(settings);
  if (!start) return tl::unexpected(start.error());
  profile.gateway.start = profile.node.start = static_cast<std::uint64_t>(start->microseconds) * 1000;

  auto loads = plan_loads(settings);
  if (!loads) return tl::unexpected(loads.error());
  for (CalibrationLoad& load : *loads) {
    progress(load.name);
    if (auto played = play(load, settings); !played) return tl::unexpected(played.error());
  }
  if (auto fitted = fit_to_loads(*loads, profile, progress); !fitted) return tl::unexpected(fitted.error());
  const auto apart = distances(*loads, profile);
  if (!apart) return tl::unexpected(apart.error());

  const double others = machine.of_others();
  profile.conditions = describe_environment();
  for (const auto& [load, distance] : *apart) profile.conditions["virtual world, " + load] = distance;
  profile.conditions["date"] = time_text();
  profile.conditions["version"] = settings.version;
  profile.conditions["load average before"] = average;
  profile.conditions["taken by others"] = fmt::format("{:.0f} % of the processors", others * 100);
  profile.conditions["quiet"] =
      others <= busy_share ? "yes" : "no: these are not the figures of the machine alone";
  return profile;
}

}  // namespace gnc::scenarios
