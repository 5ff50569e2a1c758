#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/mistakes.h"
#include "cli/report_error.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::cli {
namespace {

struct RunArguments {
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::string out;
  std::optional<std::string> documents;
  std::string format = "text";
  std::string world = "live";
  bool keep_going = false;
  bool quiet = false;
  std::string metrics;
};

int refuse(const std::vector<Error>& mistakes) {
  fmt::print(stderr, "{}", mistakes_text(mistakes));
  return input_wrong;
}

int status_of(const scenarios::RunReport& report) {
  if (report.interrupted) return interrupted;
  if (!report.valid) return generator_late;
  return report.all_held() ? held : not_held;
}

int run(const RunArguments& arguments) {
  auto scenario = scenarios::read_scenario(arguments.scenario);
  if (!scenario) return refuse(scenario.error());
  if (arguments.seed) scenario->seed = *arguments.seed;
  const std::filesystem::path file = scenario->file;
  auto plan = scenarios::plan_run(std::move(*scenario), arguments.documents);
  if (!plan) return refuse(plan.error());
  auto folder = scenarios::RunFolder::create(arguments.out, file);
  if (!folder) return report_error(folder.error());
  const auto report = scenarios::play_live(*plan, *folder,
                                           {std::filesystem::read_symlink("/proc/self/exe"), GNC_VERSION,
                                            arguments.keep_going, !arguments.quiet, arguments.metrics});
  if (!report) return report_error(report.error());
  if (arguments.format == "json") {
    fmt::print("{}", to_json(*report));
  } else {
    fmt::print("{}\nThe run's folder: {}\n", report_table(*report), folder->path().string());
  }
  return status_of(*report);
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Play a scenario and say what was measured");
  command->add_option("scenario", arguments->scenario, "The scenario's file")->required();
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed");
  command->add_option("--out", arguments->out, "The run's folder (default: runs/<scenario>-<time>)");
  command->add_option(
      "--documents", arguments->documents,
      "Files to exchange instead of the scenario's: a pattern with *, ? and **, relative to the "
      "current folder");
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("--world", arguments->world, "What it runs in: real processes on this machine")
      ->check(CLI::IsMember({"live"}));
  command->add_flag("--keep-going", arguments->keep_going, "Play on after a step that did not hold");
  command->add_flag("--quiet", arguments->quiet, "Show no progress");
  command->add_option(
      "--metrics", arguments->metrics,
      "HOST:PORT on loopback: serve the run's figures there in OpenMetrics text, while it runs");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace gnc::cli
