#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/digest.h"
#include "proto/types/result.h"
#include "trust/audit/tree_head.h"

// That one entry is in a gateway's audit log: evidence that can be checked without the log.
namespace gnc::trust {

struct EntryProof {
  std::uint64_t number = 0;
  std::string entry;         // serialised v1::AuditEntry
  std::vector<Digest> path;  // leaf upward
  std::string head;          // serialised v1::Seal of the tree it leads to
};

// Against the newest head. REFERENCE_UNKNOWN where the head is over no such entry.
Result<EntryProof> prove_entry(const std::filesystem::path& database_file, std::uint64_t number);

// The head under which the entry is proven. AUDIT_ENTRY_ALTERED where the path does not lead to its root,
// else what open_head gives.
Result<TreeHead> check_entry_proof(const EntryProof& proof, const ChainVerifier& verifier);

}  // namespace gnc::trust
