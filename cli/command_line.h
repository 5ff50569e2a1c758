#pragma once

#include "cli/commands.h"
#include "proto/types/error.h"

namespace gnc::cli {

// Why the command line could not be understood: the word that is not known, with the nearest right spelling,
// or what is missing. `app` has tried to parse it, and failed with `error`.
Error mistake_in_command_line(const CLI::App& app, const CLI::ParseError& error);

// The names of its commands, in the order of its help.
std::vector<std::string_view> commands_of(const CLI::App& app);

}  // namespace gnc::cli
