#include "gateway/core/settling.h"

namespace gnc::gateway {

void Settling::add_refusal(std::uint64_t step, const Uuid& id, const Digest& digest, PartyIndex peer,
                           std::uint64_t receipt) {
  if (refusals_.try_emplace({id, digest}, Refusal{peer, receipt}).second) {
    refusal_order_.push_back({step, {id, digest}});
  }
}

std::optional<Settling::Refusal> Settling::refusal(const Uuid& id, const Digest& digest) const {
  const auto found = refusals_.find({id, digest});
  if (found == refusals_.end()) return std::nullopt;
  return found->second;
}

void Settling::add_conversation(std::uint64_t step, const ConversationRecord& record) {
  const ConversationKey key{record.id, record.agreement};
  conversations_[key] = {record.place, step};
  conversation_order_.push_back({step, key});
}

std::optional<model::ConversationPlace> Settling::conversation(const Uuid& id,
                                                               std::string_view agreement) const {
  const auto found = conversations_.find({id, std::string(agreement)});
  if (found == conversations_.end()) return std::nullopt;
  return found->second.place;
}

std::vector<Slot> Settling::committed(std::uint64_t step) {
  std::vector<Slot> settled;
  for (; !exchanges_.empty() && exchanges_.front().first <= step; exchanges_.pop_front()) {
    settled.push_back(exchanges_.front().second);
  }
  for (; !refusal_order_.empty() && refusal_order_.front().first <= step; refusal_order_.pop_front()) {
    refusals_.erase(refusal_order_.front().second);
  }
  for (; !conversation_order_.empty() && conversation_order_.front().first <= step;
       conversation_order_.pop_front()) {
    const auto moved = conversations_.find(conversation_order_.front().second);
    if (moved != conversations_.end() && moved->second.step <= step) conversations_.erase(moved);
  }
  return settled;
}

}  // namespace gnc::gateway
