#pragma once

#include "proto/sqlite/database.h"

namespace gnc::gateway {

// Creates the tables in an empty file; refuses a file of another application or of another version.
Result<void> prepare_schema(sqlite::Database& database);

}  // namespace gnc::gateway
