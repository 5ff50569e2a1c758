#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"

namespace gnc::cli {

// A file named on the command line, or standard input ("-"), read whole.
struct InputFile {
  std::string name;       // as errors call it
  std::string extension;  // ".xml"; empty for standard input
  std::string bytes;
};

// At most `bound` bytes are kept, and one more where there is more: whoever parses refuses it then.
Result<InputFile> read_input(const std::string& name, std::size_t bound);

// All of `bytes` on standard output; FILE_UNWRITABLE where that fails.
Result<void> write_output(std::string_view bytes);

// One line each on standard error.
void print_errors(const std::vector<Error>& errors);

}  // namespace gnc::cli
