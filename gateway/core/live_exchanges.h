#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/core/hash_index.h"
#include "gateway/core/records.h"

namespace gnc::gateway {

// A party's place in Parties.
using PartyIndex = std::uint32_t;

// A place in LiveExchanges.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = UINT32_MAX;

// Where an admitted envelope is on its way out of the gateway.
enum class Place : std::uint8_t {
  none,
  queued,     // in its class' queue
  parked,     // out of the queue until the earlier of its conversation is sent
  in_flight,  // sent, no receipt yet
};

struct SlotLinks {
  Slot previous = no_slot;
  Slot next = no_slot;
};

// What the core keeps of an exchange that is not over, or whose end is not durable yet.
struct LiveExchange {
  Uuid id;
  Uuid conversation;
  Digest digest;
  EnvelopeLocation location;
  std::uint64_t sequence = 0;
  Instant expires_at;
  Instant answer_due_at;  // as in ExchangeRecord
  std::uint64_t admitted_receipt = 0;
  std::uint32_t size = 0;
  std::uint32_t attempts = 0;
  PartyIndex sender = 0;
  PartyIndex recipient = 0;
  std::uint32_t timer_generation = 0;  // timers of other generations are void
  SlotLinks queue;                     // neighbours in its queue, or among those in flight
  SlotLinks conversation_order;        // neighbours among the unsent of its conversation
  std::uint8_t urgency = 0;            // class: 0 urgent, 1 normal, 2 bulk
  ExchangeState state = ExchangeState::admitted;
  Place place = Place::none;
  bool answer_due = false;
  bool sent_before = false;
};

// A chain of exchanges through their `queue` links.
struct SlotList {
  Slot head = no_slot;
  Slot tail = no_slot;
  std::uint32_t size = 0;
};

// The live exchanges, in slots that are used again, and their index by id. References hold until erased.
class LiveExchanges {
 public:
  explicit LiveExchanges(std::uint64_t salt) : salt_(salt) {}

  LiveExchange& operator[](Slot slot) { return chunks_[slot / chunk_size][slot % chunk_size]; }
  const LiveExchange& operator[](Slot slot) const { return chunks_[slot / chunk_size][slot % chunk_size]; }

  // no_slot where there is none.
  Slot find(const Uuid& id);
  // A fresh exchange of that id, which is not there yet.
  Slot insert(const Uuid& id);
  void erase(Slot slot);
  std::size_t size() const { return index_.size(); }

  void push_back(SlotList& list, Slot slot);
  void push_front(SlotList& list, Slot slot);
  void unlink(SlotList& list, Slot slot);

  std::uint64_t hash(const Uuid& id) const;

 private:
  static constexpr std::size_t chunk_size = 1024;

  std::uint64_t salt_;
  std::vector<std::unique_ptr<LiveExchange[]>> chunks_;
  std::vector<Slot> free_;
  HashIndex<Slot> index_;
};

}  // namespace gnc::gateway
