#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/mistakes.h"
#include "cli/report_error.h"
#include "cli/virtual_play.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/calibration/machine_load.h"
#include "scenarios/engine/fidelity.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/engine/plan_text.h"
#include "scenarios/engine/run_comparison.h"
#include "scenarios/engine/run_metrics.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::cli {
namespace {

struct RunArguments {
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::uint32_t repeat = 1;
  std::string out;
  std::optional<std::string> documents;
  std::vector<std::string> overrides;
  std::string format = "text";
  std::string world = "live";
  bool keep_going = false;
  bool dry = false;
  bool quiet = false;
  std::string metrics;
  VirtualArguments virtual_world;
};

int refuse(const std::vector<Error>& mistakes) {
  fmt::print(stderr, "{}", mistakes_text(mistakes));
  return input_wrong;
}

// Reads what the parser leaves as text. What is wrong shows before anything is read or made.
std::vector<Error> check(RunArguments& arguments) {
  auto mistakes = read_virtual_arguments(arguments.virtual_world, arguments.world);
  if (arguments.metrics.empty()) return mistakes;
  if (arguments.world == "virtual") {
    mistakes.push_back(
        {v1::USAGE, "--metrics is for the live world", {}, "Leave it out: simulated time is over at once."});
  } else if (auto may = scenarios::RunMetrics::check(arguments.metrics); !may) {
    mistakes.push_back(std::move(may.error()));
  }
  return mistakes;
}

int status_of(const scenarios::RunReport& report) {
  if (report.interrupted) return interrupted;
  if (!report.valid) return generator_late;
  return report.all_held() ? held : not_held;
}

// Whether the worlds that it is to run in have all that it asks for.
Result<void> check_worlds(const scenarios::RunPlan& plan, const std::string& world) {
  if (world != "virtual") {
    if (auto live = scenarios::check_for_live_world(plan.scenario); !live) return live;
  }
  return world != "live" ? scenarios::check_for_virtual_world(plan) : Result<void>{};
}

// What is to be played; the seeds of repeats follow each other.
tl::expected<scenarios::RunPlan, std::vector<Error>> plan(const RunArguments& arguments,
                                                          std::uint32_t repeat) {
  auto scenario = scenarios::read_scenario(arguments.scenario, {arguments.overrides});
  if (!scenario) return tl::unexpected(scenario.error());
  if (arguments.seed) scenario->seed = *arguments.seed;
  scenario->seed += repeat;
  auto planned = scenarios::plan_run(std::move(*scenario), arguments.documents);
  if (!planned) return planned;
  if (auto fits = check_worlds(*planned, arguments.world); !fits) {
    return tl::unexpected(std::vector{std::move(fits.error())});
  }
  return planned;
}

Result<scenarios::RunReport> play(const scenarios::RunPlan& plan, scenarios::RunFolder& folder,
                                  const RunArguments& arguments, std::string_view world) {
  if (world == "virtual") {
    return play_virtual(plan, folder, arguments.virtual_world, arguments.keep_going, arguments.quiet);
  }
  return scenarios::play_live(plan, folder,
                              {std::filesystem::read_symlink("/proc/self/exe"), GNC_VERSION,
                               arguments.keep_going, !arguments.quiet, arguments.metrics});
}

int show_plan(const RunArguments& arguments) {
  const auto planned = plan(arguments, 0);
  if (!planned) return refuse(planned.error());
  fmt::print("{}", plan_text(*planned));
  return held;
}

int run_once(const RunArguments& arguments) {
  const auto planned = plan(arguments, 0);
  if (!planned) return refuse(planned.error());
  auto folder = scenarios::RunFolder::create(arguments.out, planned->scenario.file);
  if (!folder) return report_error(folder.error());
  if (!arguments.virtual_world.until.empty()) {
    return show_state(*planned, *folder, arguments.virtual_world);
  }
  const auto report = play(*planned, *folder, arguments, arguments.world);
  if (!report) return report_error(report.error());
  if (arguments.format == "json") {
    fmt::print("{}", to_json(*report));
  } else {
    fmt::print("{}\nThe run's folder: {}\n", report_table(*report), folder->path().string());
  }
  return status_of(*report);
}

// The worst of all: interrupted, then not valid, then not held.
int status_of(const scenarios::RunGroup& group) {
  int worst = held;
  for (const scenarios::RunReport& report : group.reports) worst = std::max(worst, status_of(report));
  return worst;
}

// Each in its folder run-1, run-2, … of `base`, with summary.json beside them; an error is the exit status.
tl::expected<scenarios::RunGroup, int> play_repeats(const RunArguments& arguments, std::string_view world,
                                                    const std::filesystem::path& base) {
  scenarios::RunGroup group{base.string(), {}};
  for (std::uint32_t n = 0; n < arguments.repeat; ++n) {
    const auto planned = plan(arguments, n);
    if (!planned) return tl::unexpected(refuse(planned.error()));
    auto folder = scenarios::RunFolder::create(base / fmt::format("run-{}", n + 1), planned->scenario.file);
    if (!folder) return tl::unexpected<int>(report_error(folder.error()));
    auto report = play(*planned, *folder, arguments, world);
    if (!report) return tl::unexpected<int>(report_error(report.error()));
    if (!arguments.quiet) {
      fmt::print(stderr, "run {} of {}, seed {}: {}\n", n + 1, arguments.repeat, report->seed,
                 report->interrupted  ? "interrupted"
                 : !report->valid     ? "not valid"
                 : report->all_held() ? "held"
                                      : "NOT HELD");
    }
    group.reports.push_back(std::move(*report));
    if (group.reports.back().interrupted) break;
  }
  if (auto written = scenarios::write_file(base / "summary.json", summary_json(group)); !written) {
    return tl::unexpected<int>(report_error(written.error()));
  }
  return group;
}

// Each in its folder, and what they come to together.
int run_repeatedly(const RunArguments& arguments) {
  if (const auto planned = plan(arguments, 0); !planned) return refuse(planned.error());
  const auto base = scenarios::RunFolder::create_for_repeats(arguments.out, arguments.scenario);
  if (!base) return report_error(base.error());
  const auto group = play_repeats(arguments, arguments.world, *base);
  if (!group) return group.error();
  if (arguments.format == "json") {
    fmt::print("{}", summary_json(*group));
  } else {
    fmt::print("{}\nThe runs' folder: {}\n", summary_table(*group), group->name);
  }
  return status_of(*group);
}

// Live and then virtually, in the folders live/ and virtual/, and how far apart they are.
int run_in_both(const RunArguments& arguments) {
  const auto planned = plan(arguments, 0);
  if (!planned) return refuse(planned.error());
  const auto base = scenarios::RunFolder::create_for_repeats(arguments.out, arguments.scenario);
  if (!base) return report_error(base.error());
  const scenarios::MachineLoad machine;
  const auto live = play_repeats(arguments, "live", *base / "live");
  if (!live) return live.error();
  const double others = machine.of_others();
  if (live->reports.back().interrupted) return interrupted;
  const auto simulated = play_repeats(arguments, "virtual", *base / "virtual");
  if (!simulated) return simulated.error();
  const scenarios::Fidelity fidelity = scenarios::judge_fidelity(*live, *simulated, others);
  const std::string json = fidelity_json(fidelity);
  if (auto written = scenarios::write_file(*base / "fidelity.json", json); !written) {
    return report_error(written.error());
  }
  if (arguments.format == "json") {
    fmt::print("{}", json);
  } else {
    fmt::print("{}\nThe runs' folder: {}\n", fidelity_table(fidelity), base->string());
  }
  return std::max({status_of(*live), status_of(*simulated), fidelity.same_outcomes() ? +held : +not_held});
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Play a scenario and say what was measured");
  command->add_option("scenario", arguments->scenario, "The scenario's file")->required();
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed");
  command
      ->add_option("--repeat", arguments->repeat,
                   "Play it so often, with seeds that follow each other; gncsim compare tells their noise "
                   "from a difference")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--set", arguments->overrides,
                   "PATH=VALUE instead of the scenario's: workload.0.arrivals.rate=400/s, "
                   "topology.links.default.latency=80ms; may be given again")
      ->allow_extra_args(false);
  command->add_flag("--dry-run", arguments->dry, "Print what would be played, and play nothing");
  command->add_option("--out", arguments->out, "The run's folder (default: runs/<scenario>-<time>)");
  command->add_option(
      "--documents", arguments->documents,
      "Files to exchange instead of the scenario's: a pattern with *, ? and **, relative to the "
      "current folder");
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json"}));
  command
      ->add_option(
          "--world", arguments->world,
          "What it runs in: real processes on this machine (live), simulated time (virtual), or both, "
          "one after the other, to say how far apart they are")
      ->check(CLI::IsMember({"live", "virtual", "both"}));
  add_virtual_options(*command, arguments->virtual_world);
  command->add_flag("--keep-going", arguments->keep_going, "Play on after a step that did not hold");
  command->add_flag("--quiet", arguments->quiet, "Show no progress");
  command->add_option(
      "--metrics", arguments->metrics,
      "HOST:PORT on loopback: serve the run's figures there in OpenMetrics text, while it runs");
  command->callback([arguments, &status] {
    if (const auto mistakes = check(*arguments); !mistakes.empty()) {
      status = refuse(mistakes);
      return;
    }
    if (arguments->dry) {
      status = show_plan(*arguments);
      return;
    }
    status = arguments->world == "both" ? run_in_both(*arguments)
             : arguments->repeat > 1    ? run_repeatedly(*arguments)
                                        : run_once(*arguments);
  });
}

}  // namespace gnc::cli
