#pragma once

#include <string>

namespace gnc::scenarios {

// The JSON Schema (draft-07) of scenarios, for editors: what the reader reads by, as far as a schema can say
// it.
std::string scenario_schema_json();

}  // namespace gnc::scenarios
