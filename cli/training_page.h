#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/training/repertoire.h"

namespace gnc::cli {

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
