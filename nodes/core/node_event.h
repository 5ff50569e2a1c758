#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/shared_text.h"
#include "proto/types/trace_context.h"
#include "proto/types/uuid.h"

namespace gnc::nodes {

// Which events a host gives, and how much they say: events cost time of their own under load.
enum class EventDetail : std::uint8_t {
  full,    // everything
  stages,  // kinds, times and ids; reference and peer only where an exchange begins, words only for refusals
  none,    // refusals of lodgements, connections and their ends only
};

// The seldom parts of an event.
struct NodeEventWords {
  v1::ErrorCode reason{};
  std::string detail;
  std::vector<v1::PointerStep> pointer;
  std::string function_code;
  std::string where;
  std::optional<v1::WindowFindings> findings;
};

// v1::Event of one party, lean: a step may give thousands.
struct NodeEvent {
  v1::EventKind kind{};
  std::uint32_t size = 0;
  // Empty: the moment when the fact that it states became durable, or the frame was handed over. The shell
  // fills it in.
  std::optional<Instant> at;
  std::optional<Uuid> exchange;
  std::optional<Uuid> answers;
  std::optional<PartyName> peer;
  Instant intended_at;
  SharedText reference;
  std::optional<TraceContext> trace;  // that the envelope carries
  std::optional<TraceContext> cause;  // what that continues
  std::unique_ptr<NodeEventWords> words;
};

}  // namespace gnc::nodes
