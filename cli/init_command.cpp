#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/first_scenario.h"
#include "cli/report_error.h"

namespace gnc::cli {

namespace fs = std::filesystem;

void add_init(CLI::App& app, int& status) {
  auto folder = std::make_shared<std::string>(".");
  CLI::App* command =
      app.add_subcommand("init", "Write a first scenario, with comments, that can be played at once");
  command->add_option("folder", *folder, "Where to (default: here); it is made where it is not there");
  command->callback([folder, &status] {
    if (const auto written = write_first_scenario(*folder); !written) {
      status = report_error(written.error());
      return;
    }
    for (const FirstFile& file : first_scenario())
      fmt::print("{}\n", (fs::path(*folder) / file.path).string());
    fmt::print(stderr, "Play it: gncsim run {}\n",
               (fs::path(*folder) / first_scenario().front().path).string());
    status = held;
  });
}

}  // namespace gnc::cli
