#pragma once

#include <string>

#include "gnc/v1/datamodel.pb.h"

namespace gnc::model {

// What write() does with Form::xml.
std::string write_xml(const v1::MetaData& document);

}  // namespace gnc::model
