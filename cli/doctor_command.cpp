#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/machine_check.h"
#include "proto/types/error.h"

namespace gnc::cli {
namespace {

std::string text_of(const std::vector<MachineCheck>& checks) {
  std::string text;
  for (const MachineCheck& check : checks) {
    text += fmt::format("{:<6}  {:<14} {}\n", check.answer ? "ok" : "FAILS", check.question,
                        check.answer ? printable(*check.answer) : describe(check.answer.error()));
  }
  return text;
}

std::string json_of(const std::vector<MachineCheck>& checks) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const MachineCheck& check : checks) {
    nlohmann::ordered_json one{{"check", check.question}, {"ok", check.answer.has_value()}};
    if (check.answer) {
      one["what"] = *check.answer;
    } else {
      const Error& error = check.answer.error();
      one["code"] = label(error.code);
      one["what"] = error.detail;
      one["where"] = error.where;
      one["remedy"] = error.remedy.empty() ? std::string(catalogue_entry(error.code).remedy) : error.remedy;
    }
    list.push_back(std::move(one));
  }
  const nlohmann::ordered_json all{{"schema", 1}, {"checks", std::move(list)}};
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
  struct Options {
    std::string folder = ".";
    std::string format = "text";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("doctor", "Say whether this machine can carry a run");
  command->add_option("folder", options->folder, "Where runs would leave their folders")
      ->check(CLI::ExistingDirectory);
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Looks at ports, limits, memory, disk, durable writes, certificates and the program itself.\n"
      "Why a connection to a gateway fails, `gncsim diagnose` says.\n"
      "Exit status: 0 nothing stands in the way, 3 something does.");
  command->callback([options, &status] {
    const auto checks = check_machine(options->folder);
    fmt::print("{}", options->format == "json" ? json_of(checks) : text_of(checks));
    const bool well = std::ranges::all_of(checks, [](const MachineCheck& c) { return c.answer.has_value(); });
    status = well ? held : environment_wrong;
  });
}

}  // namespace gnc::cli
