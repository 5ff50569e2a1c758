#pragma once

#include <optional>
#include <string>

#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Three digits of a measurement, whole numbers whole; with repeats "12.3 ±0.4"; "-" where there is none.
std::string value_text(const std::optional<IntervalRow>&);

// To the right of so many columns, which are not bytes: ± takes one.
std::string right_aligned(const std::string& text, std::size_t columns);

}  // namespace gnc::scenarios
