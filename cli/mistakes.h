#pragma once

#include <span>
#include <string>

#include "proto/types/error.h"

namespace gnc::cli {

// Each mistake in one line, followed, where it names file:line:column, by that line with a caret.
std::string mistakes_text(std::span<const Error> mistakes);

}  // namespace gnc::cli
