#pragma once

#include <string>

#include "nodes/core/node_event.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"

namespace gnc::nodes {

// Appends v1::Event as Protobuf would write it, without building one: there may be a hundred thousand a
// second. `at` is the time of an event that has none of its own. The trace is left out.
void append_event(std::string& out, const PartyName& party, const NodeEvent& event, Instant at);

}  // namespace gnc::nodes
