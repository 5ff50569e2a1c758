#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/virtual/cost_profile.h"

namespace gnc::cli {

// What `gncsim run` takes for the virtual world alone.
struct VirtualArguments {
  std::string until, signatures = "modelled", costs;
  // As read_virtual_arguments() has read them.
  std::optional<std::uint64_t> until_event;
  std::optional<Duration> until_time;
  scenarios::CostProfile profile;
};

void add_virtual_options(CLI::App& command, VirtualArguments&);

// Reads them, with the file of costs; all mistakes are given back. They are one where `world` is "live".
std::vector<Error> read_virtual_arguments(VirtualArguments&, std::string_view world);

Result<scenarios::RunReport> play_virtual(const scenarios::RunPlan&, scenarios::RunFolder&,
                                          const VirtualArguments&, bool keep_going, bool quiet);
// Plays until the event or time that was asked for, and prints how the parties stand there.
int show_state(const scenarios::RunPlan&, scenarios::RunFolder&, const VirtualArguments&);

}  // namespace gnc::cli
