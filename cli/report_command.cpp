#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::cli {

void add_report(CLI::App& app, int& status) {
  struct Arguments {
    std::string folder;
    std::string format = "text";
    bool schema = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("report", "Print again what a run found");
  command->add_option("folder", arguments->folder, "The run's folder");
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--schema", arguments->schema, "Print the JSON Schema of report.json instead");
  command->callback([arguments, &status] {
    if (arguments->schema) {
      fmt::print("{}", scenarios::report_schema_json());
      status = held;
      return;
    }
    if (arguments->folder.empty()) throw CLI::RequiredError("folder");
    const auto report = scenarios::RunFolder::read_report(arguments->folder);
    if (!report) {
      status = report_error(report.error());
      return;
    }
    fmt::print("{}", arguments->format == "json" ? to_json(*report) : report_table(*report));
    status = held;
  });
}

}  // namespace gnc::cli
