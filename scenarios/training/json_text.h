#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gnc::scenarios {

using PageJson = nlohmann::ordered_json;

// On one line; what is no UTF-8 in it is replaced.
inline std::string text_of(const PageJson& json) {
  return json.dump(-1, ' ', false, PageJson::error_handler_t::replace);
}

std::string base64(std::string_view bytes);

}  // namespace gnc::scenarios
