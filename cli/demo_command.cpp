#include <memory>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/mistakes.h"
#include "cli/report_error.h"
#include "cli/scratch_folder.h"
#include "cli/training_page.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

struct DemoArguments {
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  PageArguments page;
};

tl::expected<std::shared_ptr<const scenarios::RunPlan>, std::vector<Error>> plan(
    const fs::path& file, const DemoArguments& arguments) {
  auto scenario = scenarios::read_scenario(file, {arguments.overrides});
  if (!scenario) return tl::unexpected(scenario.error());
  if (arguments.seed) scenario->seed = *arguments.seed;
  auto planned = scenarios::plan_run(std::move(*scenario), std::nullopt);
  if (!planned) return tl::unexpected(planned.error());
  if (auto fits = scenarios::check_for_virtual_world(*planned); !fits) {
    return tl::unexpected(std::vector{fits.error()});
  }
  return std::make_shared<const scenarios::RunPlan>(std::move(*planned));
}

int demo(const DemoArguments& arguments) {
  const ScratchFolder scratch(fs::temp_directory_path(), "gncsim-demo");
  if (scratch.path().empty()) {
    return report_error({v1::FILE_UNWRITABLE,
                         "no folder can be made for the run's certificates",
                         fs::temp_directory_path().string(),
                         {}});
  }
  scenarios::Repertoire repertoire(GNC_VERSION, scratch.path());
  const auto planned = plan(arguments.scenario, arguments);
  if (!planned) {
    fmt::print(stderr, "{}", mistakes_text(planned.error()));
    return input_wrong;
  }
  if (auto played = repertoire.play(*planned, fs::path(arguments.scenario).stem().string()); !played) {
    return report_error(played.error());
  }
  return serve_page(repertoire, arguments.page);
}

}  // namespace

void add_demo(CLI::App& app, int& status) {
  auto arguments = std::make_shared<DemoArguments>();
  CLI::App* command =
      app.add_subcommand("demo", "Show a scenario in the training page: see it, stop it, break it");
  command->add_option("scenario", arguments->scenario, "The scenario's file")->required();
  command->add_option("--seed", arguments->seed, "Instead of the scenario's seed");
  command
      ->add_option("--set", arguments->overrides,
                   "PATH=VALUE instead of the scenario's: workload.0.arrivals.rate=400/s; may be given again")
      ->allow_extra_args(false);
  add_page_options(*command, arguments->page);
  command->callback([arguments, &status] { status = demo(*arguments); });
}

}  // namespace gnc::cli
