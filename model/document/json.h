#pragma once

#include "model/document/document.h"

namespace gnc::model {

// Protobuf's own JSON mapping, both ways; `bytes` are within the size bound already. Keys that the contract
// does not know are one error each.
tl::expected<v1::MetaData, std::vector<Error>> read_json(std::string_view bytes, std::string_view name,
                                                         const ParseLimits&);
std::string write_json(const v1::MetaData&);

}  // namespace gnc::model
