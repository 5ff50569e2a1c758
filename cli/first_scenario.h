#pragma once

#include <span>
#include <string_view>

namespace gnc::cli {

// A file of the first scenario that `gncsim init` writes.
struct FirstFile {
  std::string_view path;  // relative to the folder
  std::string_view content;
};

std::span<const FirstFile> first_scenario();

}  // namespace gnc::cli
