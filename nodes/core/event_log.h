#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "nodes/core/node_event.h"
#include "proto/types/error.h"

namespace gnc::nodes {

// The events of one step, as far as they are asked for.
class EventLog {
 public:
  // `expected`: about how many there will be.
  EventLog(EventDetail detail, std::size_t expected) : detail_(detail) { events_.reserve(expected); }

  // A stage of an exchange; null where stages are not asked for. Durable at the step's commit.
  NodeEvent* stage(v1::EventKind kind, const Uuid& exchange, const PartyName& peer,
                   const SharedText& reference) {
    if (detail_ == EventDetail::none) return nullptr;
    NodeEvent& event = events_.emplace_back();
    event.kind = kind;
    event.exchange = exchange;
    if (detail_ == EventDetail::full || kind == v1::EVENT_KIND_LODGED) {
      event.peer = peer;
      event.reference = reference;
    }
    return &event;
  }

  // One that every detail shows.
  NodeEvent& important(v1::EventKind kind) {
    NodeEvent& event = events_.emplace_back();
    event.kind = kind;
    return event;
  }

  static NodeEventWords& words(NodeEvent& event) {
    if (!event.words) event.words = std::make_unique<NodeEventWords>();
    return *event.words;
  }

  bool stages() const { return detail_ != EventDetail::none; }
  bool full() const { return detail_ == EventDetail::full; }
  std::vector<NodeEvent> take() { return std::exchange(events_, {}); }

 private:
  EventDetail detail_;
  std::vector<NodeEvent> events_;
};

}  // namespace gnc::nodes
