#pragma once

#include <string_view>

namespace gnc::scenarios {

// The style sheet of pages: light and dark, wide and narrow, and print.
std::string_view page_style();

}  // namespace gnc::scenarios
