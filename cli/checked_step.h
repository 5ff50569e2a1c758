#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "proto/types/result.h"

namespace gnc::cli {

// One thing that must be so. Steps follow one another: after one that fails there are none.
struct CheckedStep {
  std::string question;  // "own certificate"
  Result<std::string> answer = std::string();
};

// One line for each.
std::string steps_text(std::span<const CheckedStep> steps);
// {"schema": 1, "steps": […]}.
nlohmann::json steps_json(std::span<const CheckedStep> steps);

}  // namespace gnc::cli
