#include "trust/audit/entry_proof.h"

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "trust/audit/audit_tables.h"
#include "trust/seal/merkle.h"

namespace gnc::trust {

Result<EntryProof> prove_entry(const std::filesystem::path& database_file, std::uint64_t number) {
  auto tables = AuditTables::open(database_file);
  if (!tables) return tl::unexpected(tables.error());
  EntryProof proof{number, {}, {}, {}};
  std::uint64_t tree_size = 0;
  for (;;) {
    const auto head = tables->next_head();
    if (!head) return tl::unexpected(head.error());
    if (!*head) break;
    tree_size = (*head)->tree_size;
    proof.head = (*head)->seal;
  }
  if (number >= tree_size) {
    return failure(
        v1::REFERENCE_UNKNOWN,
        fmt::format("the newest head is over {} entries, numbered from 0; there is no {}", tree_size, number),
        database_file.string());
  }
  std::vector<Digest> leaves;
  while (leaves.size() < tree_size) {
    const auto row = tables->next_entry();
    if (!row) return tl::unexpected(row.error());
    if (!*row) {
      return failure(v1::AUDIT_ENTRY_ALTERED,
                     fmt::format("the log has {} entries, its head is over {}", leaves.size(), tree_size),
                     database_file.string());
    }
    if (leaves.size() == number) proof.entry = (*row)->entry;
    leaves.push_back(leaf_hash((*row)->entry));
  }
  proof.path = audit_path(number, leaves);
  return proof;
}

Result<TreeHead> check_entry_proof(const EntryProof& proof, const ChainVerifier& verifier) {
  auto head = open_head(proof.head, verifier, std::nullopt);
  if (!head) return head;
  if (!head->signer.is_gateway()) {
    return failure(v1::AUDIT_HEAD_WRONG,
                   fmt::format("the head is signed by {}, which is no gateway", head->signer.text()));
  }
  if (!path_leads_to(head->root, leaf_hash(proof.entry), proof.number, head->tree_size, proof.path)) {
    return failure(v1::AUDIT_ENTRY_ALTERED, fmt::format("entry {} is not proven under the head of {} entries",
                                                        proof.number, head->tree_size));
  }
  return head;
}

}  // namespace gnc::trust
