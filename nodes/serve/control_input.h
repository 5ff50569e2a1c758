#pragma once

#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "proto/types/result.h"

namespace gnc::nodes {

// Takes commands out of a stream of bytes, each preceded by its length as a varint.
class ControlInput {
 public:
  static constexpr std::size_t largest_command = 256u << 20;

  // Adds bytes as they came, and gives the commands that they complete. USAGE where they are not commands.
  Result<std::vector<v1::Command>> take(std::string_view bytes);

 private:
  std::string waiting_;
};

}  // namespace gnc::nodes
