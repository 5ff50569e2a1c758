#pragma once

#include <string_view>

#include "scenarios/training/embedded_file.h"
#include "scenarios/training/page_answers.h"

namespace gnc::scenarios {

// Null where the page has no such file.
const EmbeddedFile* find_page_file(std::string_view path);

// The file at a path of the server; "/" is the page itself.
PageAnswer page_file(std::string_view path, bool takes_gzip);

}  // namespace gnc::scenarios
