#pragma once

#include <string>

#include "gnc/v1/datamodel.pb.h"

namespace gnc::model {

// What write() does with Form::text: one line for each element, with its WCO id and dictionary name.
std::string write_outline(const v1::MetaData& document);

}  // namespace gnc::model
