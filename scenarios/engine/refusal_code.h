#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gnc::scenarios {

// "GNC-204" of "GNC-204" or "CERTIFICATE_REVOKED"; empty where the catalogue has no such code.
std::optional<std::string> refusal_code(std::string_view text);
// Every spelling that there is, for hints.
const std::vector<std::string>& refusal_code_spellings();

}  // namespace gnc::scenarios
