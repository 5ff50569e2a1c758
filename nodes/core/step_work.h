#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodes/core/event_log.h"
#include "nodes/core/node_core.h"

namespace gnc::nodes {

// An envelope that this step makes, before it is sealed. The record lacks batch, index and digest.
struct Draft {
  std::string envelope;
  OutgoingRecord record;
  TraceContext trace;
  std::optional<TraceContext> cause;
};

// What one step has come to so far; the parts of the core write into it.
struct StepWork {
  Instant now;
  EventLog log;
  NodeCounters& counters;
  Transaction persist;
  std::vector<Draft> drafts;
  // Receipts to give, by the party that they are for.
  std::map<PartyName, std::vector<std::string>> receipts;
  // The stream cannot go on, for this reason.
  std::optional<Error> end_stream;
};

}  // namespace gnc::nodes
