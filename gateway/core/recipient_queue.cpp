#include "gateway/core/recipient_queue.h"

#include "gateway/core/invariant.h"
#include "proto/types/known_bug.h"

namespace gnc::gateway {

RecipientQueue::Conversation* RecipientQueue::find_conversation(LiveExchanges& exchanges, const Uuid& id) {
  return conversations_.find(exchanges.hash(id), [&](const Conversation& candidate) {
    return exchanges[candidate.head].conversation == id;
  });
}

void RecipientQueue::push_back(LiveExchanges& exchanges, Slot slot) {
  LiveExchange& exchange = exchanges[slot];
  require(exchange.place == Place::none, "an exchange is queued once");
  exchange.place = Place::queued;
  exchanges.push_back(waiting_[exchange.urgency], slot);
  if (Conversation* conversation = find_conversation(exchanges, exchange.conversation)) {
    exchange.conversation_order = {conversation->tail, no_slot};
    exchanges[conversation->tail].conversation_order.next = slot;
    conversation->tail = slot;
  } else {
    exchange.conversation_order = {};
    conversations_.insert(exchanges.hash(exchange.conversation), {slot, slot});
  }
}

void RecipientQueue::return_to_front(LiveExchanges& exchanges, std::span<const Slot> sent) {
  for (auto at = sent.rbegin(); at != sent.rend(); ++at) {
    if (GNC_KNOWN_BUG(order_inverted_on_reconnect)) {
      push_back(exchanges, *at);
      continue;
    }
    LiveExchange& exchange = exchanges[*at];
    require(exchange.place == Place::none, "an exchange is queued once");
    exchange.place = Place::queued;
    exchanges.push_front(waiting_[exchange.urgency], *at);
    if (Conversation* conversation = find_conversation(exchanges, exchange.conversation)) {
      exchange.conversation_order = {no_slot, conversation->head};
      exchanges[conversation->head].conversation_order.previous = *at;
      conversation->head = *at;
    } else {
      exchange.conversation_order = {};
      conversations_.insert(exchanges.hash(exchange.conversation), {*at, *at});
    }
  }
}

std::size_t RecipientQueue::pick() const {
  for (std::size_t low = classes; low-- > 1;) {
    if (waiting_[low].head != no_slot && passed_over_[low] >= longest_wait) return low;
  }
  for (std::size_t urgency = 0; urgency < classes; ++urgency) {
    if (waiting_[urgency].head != no_slot) return urgency;
  }
  return classes;
}

Slot RecipientQueue::next(LiveExchanges& exchanges) {
  for (;;) {
    const std::size_t urgency = pick();
    if (urgency == classes) return no_slot;
    const Slot slot = waiting_[urgency].head;
    // Only one that has an earlier one before it can be early; most have none.
    if (exchanges[slot].conversation_order.previous == no_slot) return slot;
    exchanges.unlink(waiting_[urgency], slot);
    exchanges[slot].place = Place::parked;
  }
}

void RecipientQueue::take(LiveExchanges& exchanges, Slot slot) {
  const std::size_t urgency = exchanges[slot].urgency;
  remove(exchanges, slot);
  passed_over_[urgency] = 0;
  for (std::size_t low = urgency + 1; low < classes; ++low) {
    passed_over_[low] = waiting_[low].head == no_slot ? 0 : passed_over_[low] + 1;
  }
}

void RecipientQueue::remove(LiveExchanges& exchanges, Slot slot) {
  LiveExchange& exchange = exchanges[slot];
  require(exchange.place == Place::queued || exchange.place == Place::parked, "what is removed is queued");
  if (exchange.place == Place::queued) exchanges.unlink(waiting_[exchange.urgency], slot);
  exchange.place = Place::none;
  leave_conversation(exchanges, slot);
}

void RecipientQueue::leave_conversation(LiveExchanges& exchanges, Slot slot) {
  LiveExchange& exchange = exchanges[slot];
  const auto [previous, next] = exchange.conversation_order;
  exchange.conversation_order = {};
  if (previous == no_slot && next == no_slot) {
    conversations_.erase(exchanges.hash(exchange.conversation),
                         [&](const Conversation& candidate) { return candidate.head == slot; });
    return;
  }
  if (previous != no_slot && next != no_slot) {
    exchanges[previous].conversation_order.next = next;
    exchanges[next].conversation_order.previous = previous;
    return;
  }
  Conversation* conversation = find_conversation(exchanges, exchange.conversation);
  require(conversation != nullptr, "a conversation with unsent envelopes is indexed");
  if (next == no_slot) {
    exchanges[previous].conversation_order.next = no_slot;
    conversation->tail = previous;
    return;
  }
  exchanges[next].conversation_order.previous = no_slot;
  conversation->head = next;
  if (exchanges[next].place == Place::parked) {
    exchanges[next].place = Place::queued;
    exchanges.push_front(waiting_[exchanges[next].urgency], next);
  }
}

}  // namespace gnc::gateway
