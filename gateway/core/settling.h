#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/core/live_exchanges.h"

namespace gnc::gateway {

// What is over but not yet durable: held until the store has committed the step, since until then the lookup
// does not know it.
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

  // The exchanges that step `step` and those before it have settled; they are forgotten here.
  std::vector<Slot> committed(std::uint64_t step);

 private:
  using Key = std::pair<Uuid, Digest>;

  std::deque<std::pair<std::uint64_t, Slot>> exchanges_;
  std::deque<std::pair<std::uint64_t, Key>> refusal_order_;
  std::map<Key, Refusal> refusals_;
};

}  // namespace gnc::gateway
