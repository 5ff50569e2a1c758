#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "scenarios/engine/run_comparison.h"

namespace gnc::cli {
namespace {

struct CompareArguments {
  std::vector<std::string> folders;
  std::string format = "text";
  bool slices = false;
  std::optional<double> fail_above;
};

int compare(const CompareArguments& arguments) {
  std::vector<scenarios::RunGroup> groups;
  for (const std::string& folder : arguments.folders) {
    auto group = scenarios::read_runs(folder);
    if (!group) return report_error(group.error());
    groups.push_back(std::move(*group));
  }
  const scenarios::RunComparison comparison = scenarios::compare_runs(groups, {.slices = arguments.slices});
  if (arguments.format == "json") {
    fmt::print("{}", comparison_json(comparison));
  } else if (arguments.format == "markdown") {
    fmt::print("{}", comparison_markdown(comparison));
  } else {
    fmt::print("{}", comparison_table(comparison));
  }
  if (!arguments.fail_above) return held;
  const std::vector<std::string> worse = regressions(comparison, *arguments.fail_above);
  for (const std::string& line : worse) fmt::print(stderr, "worse: {}\n", line);
  return worse.empty() ? held : not_held;
}

}  // namespace

void add_compare(CLI::App& app, int& status) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command =
      app.add_subcommand("compare", "Say what differs between runs, and whether it is more than noise");
  command
      ->add_option("folders", arguments->folders,
                   "Folders of runs, or of repeated ones; each is held against the first")
      ->required()
      ->expected(2, 20);
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json", "markdown"}));
  command->add_flag("--slices", arguments->slices, "Also by workload, party and phase");
  command
      ->add_option("--fail-above", arguments->fail_above,
                   "Exit with 1 where a measure is worse by more than so many percent, beyond the noise "
                   "where that is known")
      ->check(CLI::NonNegativeNumber);
  command->callback([arguments, &status] { status = compare(*arguments); });
}

}  // namespace gnc::cli
