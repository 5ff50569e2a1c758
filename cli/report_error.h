#pragma once

#include "cli/commands.h"
#include "proto/types/error.h"

namespace gnc::cli {

// Says on standard error what went wrong, and with which status that ends a command.
ExitStatus report_error(const Error& error);

}  // namespace gnc::cli
