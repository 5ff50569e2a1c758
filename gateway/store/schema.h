#pragma once

#include "proto/sqlite/store_folder.h"

namespace gnc::gateway {

extern const sqlite::Schema gateway_schema;

}  // namespace gnc::gateway
