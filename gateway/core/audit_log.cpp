#include "gateway/core/audit_log.h"

#include "trust/seal/sealed_batch.h"

namespace gnc::gateway {

void AuditLog::append(Transaction& transaction, v1::AuditKind kind, Instant at, const PartyName& party,
                      std::uint64_t number, std::string_view bytes, std::uint32_t count) {
  v1::AuditEntry entry;
  entry.set_kind(kind);
  entry.set_at(at.microseconds);
  entry.set_party(party.text());
  entry.set_number(number);
  if (!bytes.empty()) entry.set_subject(std::string(trust::sha256(bytes).view()));
  entry.set_count(count);
  AuditRecord record{.number = tree_.size(), .entry = entry.SerializeAsString(), .leaf = {}};
  record.leaf = trust::leaf_hash(record.entry);
  tree_.append(record.leaf);
  transaction.audit.push_back(std::move(record));
}

void AuditLog::sign(Transaction& transaction, Instant at, trust::Signer& signer) {
  if (tree_.size() == signed_size_) return;
  signed_size_ = tree_.size();
  transaction.heads.push_back({signed_size_, trust::seal_head(tree_, at, signer).SerializeAsString()});
}

}  // namespace gnc::gateway
