#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "proto/types/result.h"

namespace gnc::cli {

// A file of the first scenario that `gncsim init` writes.
struct FirstFile {
  std::string_view path;  // relative to the folder
  std::string_view content;
};

std::span<const FirstFile> first_scenario();

// Writes none of them where one is there already.
Result<void> write_first_scenario(const std::filesystem::path& folder);

}  // namespace gnc::cli
