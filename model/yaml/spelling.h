#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gnc::model {

// The one of `known` that `written` most likely stands for; empty where none is near.
std::optional<std::string_view> nearest_spelling(std::string_view written,
                                                 const std::vector<std::string_view>& known);

// `did you mean "messages"?`, or which spellings there are.
std::string spelling_hint(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace gnc::model
