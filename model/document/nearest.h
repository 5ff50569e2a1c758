#pragma once

#include <span>
#include <string_view>

namespace gnc::model {

// The candidate that `wrong` is most likely a misspelling of; empty where none is near. Letter case counts
// little, so that "functioncode" finds "FunctionCode".
std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates);

}  // namespace gnc::model
