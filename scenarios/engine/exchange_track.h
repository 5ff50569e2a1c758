#pragma once

#include <cstddef>
#include <cstdint>

#include "scenarios/engine/id_table.h"

namespace gnc::scenarios {

using LodgementIndex = std::uint32_t;
constexpr LodgementIndex no_lodgement = UINT32_MAX;

// What is known of one exchange: by the events, and of its fate also by the gateway's store. Kept small: a
// run has one for each exchange for as long as its promises are to be checked against it.
struct ExchangeTrack {
  // suppressed: it came again, and was answered as it was the first time.
  enum class End : std::uint8_t { none, processed, delivered, refused, expired, dead_lettered, suppressed };

  LodgementIndex lodgement = no_lodgement;  // also of an answer, and until its lodging is reported
  End end = End::none;
  std::uint8_t business_decisions = 0;
  bool is_answer : 1 = false;
  bool is_push : 1 = false;  // sent by a node of its own accord
  bool has_admitted_receipt : 1 = false;
  bool has_delivered_receipt : 1 = false;
  bool was_admitted : 1 = false;
  bool was_delivered : 1 = false;  // by an event or by the gateway's record
  bool seen_delivered : 1 = false;
  bool settled : 1 = false;
  // Ends that were seen: both kinds at once break a promise.
  bool ended_well : 1 = false;
  bool ended_badly : 1 = false;
  // Refused for bytes that were not those that were sealed: the envelope itself may yet come.
  bool was_altered : 1 = false;
  // Its moments are kept for the sequence diagram.
  bool followed : 1 = false;

  // Made by a node's business, so that no schedule intended it and being delivered is its end.
  bool is_nodes_own() const { return is_answer || is_push; }
  bool is_lodged() const { return lodgement != no_lodgement; }
};

// The exchanges of a run by their ids: 24 bytes each, and a slot of eight for finding it.
using ExchangeTable = IdTable<ExchangeTrack>;

}  // namespace gnc::scenarios
