#include "gateway/core/receipts_in_progress.h"

#include "trust/seal/sealed_batch.h"

namespace gnc::gateway {

ReceiptsInProgress::Audience& ReceiptsInProgress::audience(PartyIndex index, std::uint64_t last_position) {
  return audiences_
      .try_emplace(index, Audience{.first_position = last_position + 1, .records = {}, .open = {}})
      .first->second;
}

std::uint64_t ReceiptsInProgress::add(PartyIndex index, std::uint64_t last_position, std::string receipt) {
  Audience& to = audience(index, last_position);
  if (!to.open) {
    to.open = to.records.size();
    to.records.emplace_back();
  }
  const std::size_t at = *to.open;
  Record& record = to.records[at];
  record.own.push_back(std::move(receipt));
  if (++record.count == trust::max_items_in_batch) to.open.reset();
  return to.first_position + at;
}

void ReceiptsInProgress::pass_on(PartyIndex index, std::uint64_t last_position, SharedText sealed,
                                 std::uint32_t count) {
  audience(index, last_position).records.push_back({.own = {}, .sealed = std::move(sealed), .count = count});
}

}  // namespace gnc::gateway
