#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gnc/v1/event.pb.h"
#include "nodes/core/node_event.h"
#include "proto/types/text_hash.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::scenarios {

// A running digest over all events in order: two runs with the same one recorded the same.
class EventDigest {
 public:
  // `event` is serialised.
  void add(std::string_view event) {
    hash_ = (hash_ ^ text_hash(event)) * 0x100000001b3u;
    ++events_;
  }
  std::uint64_t value() const { return hash_; }
  std::uint64_t events() const { return events_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
  std::uint64_t events_ = 0;
};

// The events of a run as they happen: in its folder, where it has one, and in their digest.
class EventRecord {
 public:
  explicit EventRecord(RunFolder* folder) : folder_(folder) {}

  // `at` is the time of an event that has none of its own.
  void add(const PartyName&, const nodes::NodeEvent&, Instant at);
  void add(const v1::Event&);
  // The last one that a party had: most are never wanted whole.
  const v1::Event& whole();
  const EventDigest& digest() const { return digest_; }

 private:
  void keep();

  RunFolder* const folder_;
  EventDigest digest_;
  std::string bytes_;  // of the last one
  v1::Event event_;
};

}  // namespace gnc::scenarios
