#include "gateway/core/recorded_exchange.h"

namespace gnc::gateway {

std::optional<RecordedExchange> find_recorded_exchange(Memory& memory, const Uuid& id) {
  if (!memory.known.may_contain(id)) return std::nullopt;
  if (const Slot slot = memory.live.find(id); slot != no_slot) {
    const LiveExchange& exchange = memory.live[slot];
    return RecordedExchange{exchange.sender, exchange.recipient, exchange.digest, exchange.admitted_receipt,
                            slot};
  }
  const auto record = memory.lookup.exchange(id);
  if (!record) return std::nullopt;
  return RecordedExchange{memory.meet(record->sender), memory.meet(record->recipient), record->digest,
                          record->admitted_receipt, no_slot};
}

std::optional<std::uint64_t> find_recorded_refusal(Memory& memory, PartyIndex peer, const Uuid& id,
                                                   const Digest& digest) {
  if (!memory.known.may_contain(id)) return std::nullopt;
  if (const auto refusal = memory.settling.refusal(id, digest)) {
    return refusal->peer == peer ? std::optional(refusal->receipt) : std::nullopt;
  }
  const auto record = memory.lookup.refusal(id, digest);
  if (!record || !record->authentic || record->peer != memory.parties[peer].name) return std::nullopt;
  return record->receipt;
}

}  // namespace gnc::gateway
