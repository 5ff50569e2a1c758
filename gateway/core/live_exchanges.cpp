#include "gateway/core/live_exchanges.h"

#include <cstring>

#include "gateway/core/invariant.h"

namespace gnc::gateway {

std::uint64_t LiveExchanges::hash(const Uuid& id) const {
  std::uint64_t head = 0;
  std::memcpy(&head, id.view().data(), sizeof head);
  return scatter(id.tail(), scatter(head, salt_));
}

Slot LiveExchanges::find(const Uuid& id) {
  const Slot* slot = index_.find(hash(id), [&](Slot candidate) { return (*this)[candidate].id == id; });
  return slot ? *slot : no_slot;
}

Slot LiveExchanges::insert(const Uuid& id) {
  if (free_.empty()) {
    const auto first = static_cast<Slot>(chunks_.size() * chunk_size);
    chunks_.push_back(std::make_unique<LiveExchange[]>(chunk_size));
    for (std::size_t i = chunk_size; i-- > 0;) free_.push_back(first + static_cast<Slot>(i));
  }
  const Slot slot = free_.back();
  free_.pop_back();
  LiveExchange& exchange = (*this)[slot];
  // The generation goes on rising, so that a timer of the slot's last tenant stays void.
  const std::uint32_t generation = exchange.timer_generation + 1;
  exchange = {};
  exchange.id = id;
  exchange.timer_generation = generation;
  index_.insert(hash(id), slot);
  return slot;
}

void LiveExchanges::erase(Slot slot) {
  LiveExchange& exchange = (*this)[slot];
  require(exchange.place == Place::none, "an exchange that is erased is in no queue");
  index_.erase(hash(exchange.id), [&](Slot candidate) { return candidate == slot; });
  ++exchange.timer_generation;
  free_.push_back(slot);
}

void LiveExchanges::push_back(SlotList& list, Slot slot) {
  (*this)[slot].queue = {list.tail, no_slot};
  (list.tail == no_slot ? list.head : (*this)[list.tail].queue.next) = slot;
  list.tail = slot;
  ++list.size;
}

void LiveExchanges::push_front(SlotList& list, Slot slot) {
  (*this)[slot].queue = {no_slot, list.head};
  (list.head == no_slot ? list.tail : (*this)[list.head].queue.previous) = slot;
  list.head = slot;
  ++list.size;
}

void LiveExchanges::unlink(SlotList& list, Slot slot) {
  SlotLinks& links = (*this)[slot].queue;
  (links.previous == no_slot ? list.head : (*this)[links.previous].queue.next) = links.next;
  (links.next == no_slot ? list.tail : (*this)[links.next].queue.previous) = links.previous;
  links = {};
  --list.size;
}

}  // namespace gnc::gateway
