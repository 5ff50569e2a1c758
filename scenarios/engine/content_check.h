#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gnc/v1/datamodel.pb.h"
#include "model/document/wco_path.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/step_exchanges.h"

namespace gnc::scenarios {

// What an expect step asks of one document: with ${…} filled in, and its path read.
struct ContentCheck {
  std::optional<model::WcoPath> path;
  std::optional<std::string> equals;   // every value there is this
  std::optional<std::string> matches;  // every value there matches it as a whole; ECMAScript
  std::optional<bool> exists;
};

// As much of a value as a line bears, in quotes, and nothing that a terminal would take for a command.
std::string in_quotes(std::string_view value);

// In words what the document says that it should not: `Declaration/ID is "A", not "B"`; empty where it is
// right. KEY_VALUE as the error where `matches` is no regular expression.
Result<std::optional<std::string>> mismatch(const ContentCheck&, const v1::MetaData&);

// The same for how an exchange ended and by which code; only `end` and `code` of the step count.
std::optional<std::string> end_mismatch(const ExpectStep&, const StepExchange&);

}  // namespace gnc::scenarios
