#pragma once

#include "tests/processes/piped_process.h"

namespace gnc::bench {

// Another process of this very program, in the role that its arguments give it.
class OwnProcess : public processes::PipedProcess {
 public:
  OwnProcess(const std::vector<std::string>& arguments, const std::filesystem::path& log_folder)
      : PipedProcess(std::filesystem::read_symlink("/proc/self/exe"), arguments, log_folder / "roles.log") {}
};

}  // namespace gnc::bench
