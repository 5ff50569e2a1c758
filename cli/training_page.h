#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
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
  bool live = false;        // the scenario is played with real processes, when the page says so
};

// A live run that the page begins with.
struct FirstLiveRun {
  std::shared_ptr<const scenarios::RunPlan> plan;
  std::string id;
};

// Into an empty repertoire, but for a live run; every mistake of a scenario. `scratch` is an empty folder.
tl::expected<std::optional<FirstLiveRun>, std::vector<Error>> load_recording(
    const RecordingSource&, const std::filesystem::path& scratch, scenarios::Repertoire&);

// What the commands that serve the training page take.
struct PageArguments {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;
  std::vector<std::string> hosts;
  bool no_open = false;
  std::string out;  // the folder of the live run; empty: as gncsim run names it
};

void add_page_options(CLI::App& command, PageArguments&);

// Serves the recordings until it is stopped, and gives back the exit status.
int serve_page(scenarios::Repertoire&, const PageArguments&, std::optional<FirstLiveRun> = {});

}  // namespace gnc::cli
