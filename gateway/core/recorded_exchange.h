#pragma once

#include <optional>

#include "gateway/core/step.h"

namespace gnc::gateway {

// What is on record under an id, wherever it is: live, settling, or in the store only.
struct RecordedExchange {
  PartyIndex sender = 0;
  PartyIndex recipient = 0;
  Digest digest;
  std::uint64_t admitted_receipt = 0;
  Slot slot = no_slot;  // where it is live or settling
};
std::optional<RecordedExchange> find_recorded_exchange(Memory& memory, const Uuid& id);

// The position of the receipt by which this very envelope of `peer` was refused, if it was.
std::optional<std::uint64_t> find_recorded_refusal(Memory& memory, PartyIndex peer, const Uuid& id,
                                                   const Digest& digest);

}  // namespace gnc::gateway
