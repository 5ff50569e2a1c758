#include <iostream>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/diagnosis.h"

namespace gnc::cli {
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
      std::cout << steps_json(steps).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
      std::cout << steps_text(steps);
    }
    status = steps.back().answer ? held : not_held;
  });
}

}  // namespace gnc::cli
