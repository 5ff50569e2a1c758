#include "scenarios/training/evidence.h"

#include <algorithm>

#include "gnc/v1/envelope.pb.h"

namespace gnc::scenarios {

void KeptEvidence::keep(std::shared_ptr<const std::string> batch) {
  if (bytes_ + batch->size() > most_bytes) return;
  v1::SealedBatch sealed;
  v1::SealStatement statement;
  if (!sealed.ParseFromArray(batch->data(), static_cast<int>(batch->size())) ||
      !statement.ParseFromString(sealed.seal().statement())) {
    return;
  }
  bytes_ += batch->size();
  v1::Envelope envelope;
  v1::Receipt receipt;
  for (const v1::SealedItem& item : sealed.items()) {
    if (statement.purpose() == v1::SealStatement::PURPOSE_ENVELOPES) {
      if (!envelope.ParseFromString(item.content())) continue;
      const auto id = Uuid::from_bytes(envelope.id());
      if (!id) continue;
      Known& known = exchanges_[*id];
      known.envelope = SealedLeaf{batch, item.leaf_index()};
      known.agreement = envelope.agreement();
    } else if (statement.purpose() == v1::SealStatement::PURPOSE_RECEIPTS) {
      if (!receipt.ParseFromString(item.content())) continue;
      const auto id = Uuid::from_bytes(receipt.exchange());
      if (id) exchanges_[*id].receipts.push_back(receipt);
    }
  }
}

Result<std::optional<SealedLeaf>> KeptEvidence::envelope(const Uuid& id) {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? std::nullopt : found->second.envelope;
}

Result<std::vector<v1::Receipt>> KeptEvidence::receipts(const Uuid& id) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return std::vector<v1::Receipt>{};
  std::vector<v1::Receipt> receipts = found->second.receipts;
  std::ranges::stable_sort(receipts, {}, [](const v1::Receipt& receipt) { return receipt.at(); });
  return receipts;
}

std::string_view KeptEvidence::agreement(const Uuid& id) {
  const auto found = exchanges_.find(id);
  return found == exchanges_.end() ? std::string_view{} : std::string_view(found->second.agreement);
}

std::string_view KeptEvidence::gap() const {
  return "It was never sealed, or the run has more documents than are kept in memory.";
}

}  // namespace gnc::scenarios
