#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/training/repertoire.h"

namespace gnc::cli {

// What is to be shown.
struct RecordingSource {
  // The folder of a finished run, or a scenario that is played virtually; empty: the first lesson.
  std::string what;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  bool with_shelf = false;  // and what gncsim carries may be played beside
};

// Into an empty repertoire; every mistake of a scenario. `scratch` is an empty folder.
tl::expected<void, std::vector<Error>> load_recording(const RecordingSource&,
                                                      const std::filesystem::path& scratch,
                                                      scenarios::Repertoire&);

// What the commands that serve the training page take.
struct PageArguments {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;
  std::vector<std::string> hosts;
  bool no_open = false;
};

void add_page_options(CLI::App& command, PageArguments&);

// Serves the recordings until it is stopped, and gives back the exit status.
int serve_page(scenarios::Repertoire&, const PageArguments&);

}  // namespace gnc::cli
