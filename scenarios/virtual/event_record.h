#pragma once

#include <cstdint>
#include <string_view>

#include "gnc/v1/event.pb.h"
#include "nodes/core/node_event.h"
#include "proto/types/party_name.h"

namespace gnc::scenarios {

// The event as a run records it; `at` is the time of one that has none of its own. Fills in `into`, whose
// buffers are used again.
void describe_event(const PartyName& party, const nodes::NodeEvent& event, Instant at, v1::Event& into);

// A running digest (FNV-1a) over all events in order: two runs with the same one recorded the same.
class EventDigest {
 public:
  // `event` is serialised.
  void add(std::string_view event) {
    for (const char c : event) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    ++events_;
  }
  std::uint64_t value() const { return hash_; }
  std::uint64_t events() const { return events_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
  std::uint64_t events_ = 0;
};

}  // namespace gnc::scenarios
