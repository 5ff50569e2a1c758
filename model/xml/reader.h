#pragma once

#include "model/document/document.h"

namespace gnc::model {

// What parse() does with Form::xml; `bytes` are within the size bound already.
tl::expected<v1::MetaData, std::vector<Error>> read_xml(std::string_view bytes, std::string_view name,
                                                        const ParseLimits&, ElementPositions*);

}  // namespace gnc::model
