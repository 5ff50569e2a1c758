#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/first_scenario.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

// Writes none of them where one is there already.
Result<void> write_first_scenario(const fs::path& folder) {
  std::error_code error;
  for (const FirstFile& file : first_scenario()) {
    if (!fs::exists(folder / file.path, error)) continue;
    return failure(v1::FILE_UNWRITABLE, "there is such a file already", (folder / file.path).string(),
                   "Name another folder; nothing was written.");
  }
  for (const FirstFile& file : first_scenario()) {
    const fs::path path = folder / file.path;
    fs::create_directories(path.parent_path(), error);
    if (error) return failure(v1::FILE_UNWRITABLE, error.message(), path.parent_path().string());
    if (auto written = scenarios::write_file(path, file.content); !written) return written;
  }
  return {};
}

}  // namespace

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
