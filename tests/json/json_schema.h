#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gnc::json {

// Every breach of the schema (draft-07) by the document, as "place: what"; both are JSON texts. Throws where
// one of them is none.
std::vector<std::string> schema_breaches(std::string_view schema, std::string_view document);

}  // namespace gnc::json
