#include <iostream>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/diagnosis.h"
#include "proto/types/error.h"

namespace gnc::cli {
namespace {

void print(const std::vector<DiagnosisStep>& steps) {
  for (const DiagnosisStep& step : steps) {
    std::cout << fmt::format("{:<6}  {:<22} {}\n", step.answer ? "ok" : "FAILS", step.question,
                             step.answer ? printable(*step.answer) : describe(step.answer.error()));
  }
}

nlohmann::json json_of(const std::vector<DiagnosisStep>& steps) {
  nlohmann::json out = nlohmann::json::array();
  for (const DiagnosisStep& step : steps) {
    nlohmann::json one{{"step", step.question}, {"ok", step.answer.has_value()}};
    if (step.answer) {
      one["what"] = *step.answer;
    } else {
      const CatalogueEntry& entry = catalogue_entry(step.answer.error().code);
      one.update({{"code", entry.label},
                  {"name", entry.name},
                  {"what", step.answer.error().detail},
                  {"where", step.answer.error().where},
                  {"remedy", step.answer.error().remedy.empty() ? std::string(entry.remedy)
                                                                : step.answer.error().remedy}});
    }
    out.push_back(std::move(one));
  }
  return {{"schema", 1}, {"steps", out}};
}

}  // namespace

void add_diagnose(CLI::App& app, int& status) {
  struct Options {
    DiagnosisOptions asked;
    std::string format = "text";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("diagnose", "Say why a connection to a gateway fails, by name.");
  command->add_option("--gateway", options->asked.gateway, "HOST:PORT")->required();
  command->add_option("--identity", options->asked.identity, "The party's folder: node.crt, node.key")
      ->required();
  command->add_option("--trust", options->asked.trust, "The trust folder")->required();
  options->asked.gateway_name = "gateway/hub";
  command->add_option("--gateway-name", options->asked.gateway_name, "The gateway's party name")
      ->capture_default_str();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(
      "The party is not connected: a node of its own that is connected stays so.\n"
      "Exit status: 0 nothing stands in the way, 1 something does.");
  command->callback([options, &status] {
    const auto steps = diagnose(options->asked);
    if (options->format == "json") {
      std::cout << json_of(steps).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
      print(steps);
    }
    status = steps.back().answer ? held : not_held;
  });
}

}  // namespace gnc::cli
