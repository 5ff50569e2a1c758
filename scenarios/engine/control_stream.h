#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/control.pb.h"

namespace gnc::scenarios {

// Commands and reports on pipes, each preceded by its length as a varint (control.proto).
std::string frame_command(const v1::Command&);

class ReportReader {
 public:
  // Takes what came, and returns the reports that are whole by now; empty where the bytes are no reports.
  std::optional<std::vector<v1::Report>> take(std::string_view bytes);

 private:
  std::string pending_;
};

}  // namespace gnc::scenarios
