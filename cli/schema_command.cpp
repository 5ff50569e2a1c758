#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/language_reference.h"
#include "scenarios/engine/language_schema.h"
#include "scenarios/engine/report.h"

namespace gnc::cli {
namespace {

std::string text_of(const std::string& what) {
  if (what == "report") return scenarios::report_schema_json();
  if (what == "indicators") return scenarios::indicators_reference();
  return what == "scenario" ? scenarios::scenario_schema_json() : scenarios::language_reference();
}

}  // namespace

void add_schema(CLI::App& app, int& status) {
  auto what = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("schema", "Print the definition of a file that gncsim reads or writes");
  command
      ->add_option(
          "what", *what,
          "scenario: the JSON Schema of scenarios, for editors; report: that of report.json; reference: "
          "every key and measure of scenarios, as Markdown; indicators: what each is, as Markdown")
      ->required()
      ->check(CLI::IsMember({"scenario", "report", "reference", "indicators"}));
  command->footer(
      "Editors complete and check scenarios by it (draft-07), as with a first line of\n"
      "  # yaml-language-server: $schema=scenario.schema.json");
  command->callback([what, &status] {
    fmt::print("{}", text_of(*what));
    status = held;
  });
}

}  // namespace gnc::cli
