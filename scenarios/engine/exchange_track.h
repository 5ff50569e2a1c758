#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "proto/types/uuid.h"

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

// The exchanges of a run by their ids: 24 bytes each, and a slot of four for finding it.
class ExchangeTable {
 public:
  // The exchange's track, a new one where it is not known.
  ExchangeTrack& at(const Uuid&);
  // Null where it is not known.
  ExchangeTrack* find(const Uuid&);
  const ExchangeTrack* find(const Uuid&) const;
  void erase(const Uuid&);
  std::size_t size() const { return entries_.size() - free_.size(); }
  // So many were there at once.
  std::size_t most() const { return entries_.size(); }

  // In no order that means anything.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.id != Uuid()) visit(entry.id, entry.track);
    }
  }

 private:
  struct Entry {
    Uuid id;
    ExchangeTrack track;
  };
  std::size_t home_of(const Uuid&) const;
  std::size_t slot_of(const Uuid&) const;
  void grow();

  std::deque<Entry> entries_;         // those that were erased have no id
  std::vector<std::uint32_t> free_;   // their numbers
  std::vector<std::uint32_t> slots_;  // a power of two; open addressing
};

}  // namespace gnc::scenarios
