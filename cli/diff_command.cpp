#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "scenarios/virtual/run_difference.h"

namespace gnc::cli {
namespace {

struct DiffArguments {
  std::string first, second;
};

int diff(const DiffArguments& arguments) {
  const auto comparison = scenarios::compare_records(arguments.first, arguments.second);
  if (!comparison) {
    report_error(comparison.error());
    return input_wrong;
  }
  if (!comparison->difference) {
    fmt::print("The same {} events.\n", comparison->same);
    return held;
  }
  const scenarios::RunDifference& difference = *comparison->difference;
  const auto line = [](const std::string& words) { return words.empty() ? "(the run has ended)" : words; };
  fmt::print("The runs part at event {}.\n", difference.event);
  if (!difference.before.empty()) fmt::print("  both  {}\n", difference.before);
  fmt::print("  {}\n        {}\n  {}\n        {}\n", arguments.first, line(difference.first),
             arguments.second, line(difference.second));
  return not_held;
}

}  // namespace

void add_diff(CLI::App& app, int& status) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* command = app.add_subcommand("diff", "Show the first event at which two runs part");
  command->add_option("first", arguments->first, "A run's folder")->required();
  command->add_option("second", arguments->second, "Another run's folder")->required();
  command->callback([arguments, &status] { status = diff(*arguments); });
}

}  // namespace gnc::cli
