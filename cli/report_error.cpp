#include "cli/report_error.h"

#include <iostream>

#include "gnc/v1/errors.pb.h"

namespace gnc::cli {

ExitStatus report_error(const Error& error) {
  std::cerr << "gncsim: " << describe(error) << "\n";
  // A path that was given and cannot be read is a mistake in what was given.
  const bool environment =
      (error.code / 100 == 7 && error.code != v1::FILE_UNREADABLE) || error.code == v1::GATEWAY_UNREACHABLE;
  return environment ? environment_wrong : input_wrong;
}

}  // namespace gnc::cli
