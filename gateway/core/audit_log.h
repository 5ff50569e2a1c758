#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/core/records.h"
#include "trust/seal/merkle.h"
#include "trust/seal/signer.h"

namespace gnc::gateway {

// The end of the audit log: appends facts and signs the head.
class AuditLog {
 public:
  explicit AuditLog(trust::MerkleFrontier tree) : tree_(std::move(tree)), signed_size_(tree_.size()) {}

  // `bytes` are what was recorded under `number`; empty where the fact has none.
  void append(Transaction& transaction, v1::AuditKind kind, Instant at, const PartyName& party,
              std::uint64_t number, std::string_view bytes, std::uint32_t count);
  // Signs the head if there is a new one.
  void sign(Transaction& transaction, Instant at, trust::Signer& signer);

 private:
  trust::MerkleFrontier tree_;
  std::uint64_t signed_size_;
};

}  // namespace gnc::gateway
