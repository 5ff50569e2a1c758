#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/live_exchanges.h"

namespace gnc::gateway {

// What is decided but not yet durable: held until the store has committed the step, since until then the
// lookup does not know it.
class Settling {
 public:
  void add_exchange(std::uint64_t step, Slot slot) { exchanges_.push_back({step, slot}); }
  void add_refusal(std::uint64_t step, const Uuid& id, const Digest& digest, PartyIndex peer,
                   std::uint64_t receipt);

  struct Refusal {
    PartyIndex peer = 0;
    std::uint64_t receipt = 0;
  };
  std::optional<Refusal> refusal(const Uuid& id, const Digest& digest) const;

  void add_conversation(std::uint64_t step, const ConversationRecord&);
  std::optional<model::ConversationPlace> conversation(const Uuid& id, std::string_view agreement) const;

  // The exchanges that step `step` and those before it have settled; they are forgotten here.
  std::vector<Slot> committed(std::uint64_t step);

 private:
  using Key = std::pair<Uuid, Digest>;

  std::deque<std::pair<std::uint64_t, Slot>> exchanges_;
  std::deque<std::pair<std::uint64_t, Key>> refusal_order_;
  std::map<Key, Refusal> refusals_;
  using ConversationKey = std::pair<Uuid, std::string>;
  struct Moved {
    model::ConversationPlace place;
    std::uint64_t step = 0;  // the last that moved it
  };
  std::deque<std::pair<std::uint64_t, ConversationKey>> conversation_order_;
  std::map<ConversationKey, Moved> conversations_;
};

}  // namespace gnc::gateway
