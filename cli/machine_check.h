#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/result.h"

// Whether this machine can carry a run.
namespace gnc::cli {

// One thing that must be so, with what was found.
struct MachineCheck {
  std::string question;  // "open files"
  Result<std::string> answer = std::string();
};

// Ports, descriptors, memory, the folder for runs and its disk, certificates, and this very program.
// Everything it makes it takes away again.
std::vector<MachineCheck> check_machine(const std::filesystem::path& folder);

}  // namespace gnc::cli
