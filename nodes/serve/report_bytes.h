#pragma once

#include <span>
#include <string>

#include "gnc/v1/control.pb.h"
#include "nodes/core/node_event.h"

// Reports as the control stream has them: each preceded by its length as a varint.
namespace gnc::nodes {

void append_report(std::string& out, const v1::Report& report);
// One Report of events, written without building messages: there may be a hundred thousand a second.
void append_events(std::string& out, const PartyName& party, std::span<const NodeEvent> events, Instant at);

}  // namespace gnc::nodes
