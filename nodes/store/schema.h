#pragma once

#include "proto/sqlite/store_folder.h"

namespace gnc::nodes {

// The tables of node-host.db. docs/nodes.md explains them.
extern const sqlite::Schema node_schema;

}  // namespace gnc::nodes
