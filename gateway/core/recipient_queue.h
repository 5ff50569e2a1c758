#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "gateway/core/live_exchanges.h"

namespace gnc::gateway {

// What waits to be sent to one recipient. Urgent before normal before bulk, but after 16 of higher classes
// one of a lower class that waits. Within a conversation strictly in the order of admission, whatever the
// class: one that reaches the front too early is parked until those before it are sent. The exchanges
// themselves are in LiveExchanges; an exchange is in the queue while its place is `queued` or `parked`.
class RecipientQueue {
 public:
  static constexpr std::uint32_t longest_wait = 16;

  void push_back(LiveExchanges& exchanges, Slot slot);
  // Gives back what was sent, in order of sequence, ahead of all that waits.
  void return_to_front(LiveExchanges& exchanges, std::span<const Slot> sent);
  // The one to be sent next; no_slot where there is none.
  Slot next(LiveExchanges& exchanges);
  // Takes out what next() gave.
  void take(LiveExchanges& exchanges, Slot slot);
  // Takes out any that is in the queue.
  void remove(LiveExchanges& exchanges, Slot slot);

 private:
  static constexpr std::size_t classes = 3;

  // The unsent of one conversation, in order.
  struct Conversation {
    Slot head = no_slot;
    Slot tail = no_slot;
  };

  std::size_t pick() const;
  Conversation* find_conversation(LiveExchanges& exchanges, const Uuid& id);
  void leave_conversation(LiveExchanges& exchanges, Slot slot);

  std::array<SlotList, classes> waiting_;
  std::array<std::uint32_t, classes> passed_over_{};  // higher ones sent since one of this class was
  HashIndex<Conversation> conversations_;
};

}  // namespace gnc::gateway
