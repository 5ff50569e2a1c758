#pragma once

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/result.h"

namespace gnc::window {

// `original` with what `request` changes: each of its Amendments points to an element, which gets the value
// that the request has there, or goes where the request has none. The pointers that the request gives count
// items by the numbers that these bear. ELEMENT_UNKNOWN where a pointer leads nowhere.
Result<v1::MetaData> amended(const v1::MetaData& original, const v1::MetaData& request);

}  // namespace gnc::window
