#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "gnc/v1/audit.pb.h"
#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "trust/audit/tree_head.h"

// Checks a gateway's audit log off-line, from its store alone and the trust folder.
namespace gnc::trust {

// The first thing in the log, by entry number, that is not what was signed.
struct AuditFinding {
  Error error;  // AUDIT_ENTRY_ALTERED or AUDIT_HEAD_WRONG
  // The entry; empty where the finding is about a head, or about what no entry states.
  std::optional<std::uint64_t> entry_number;
  // The entry as it stands there, where it can be read.
  v1::AuditEntry entry;
  // The altered leaf of the entry's batch, where one can be told.
  std::optional<std::uint64_t> leaf_index;
};

// A head of the log as somebody else kept it: what an earlier verification printed.
struct KeptHead {
  std::uint64_t entries = 0;  // at least 1
  Digest root;

  // "ENTRIES:ROOT", the root in 64 hexadecimal digits. KEY_VALUE for all else.
  static Result<KeptHead> from_text(std::string_view text);
  std::string text() const;
};

struct AuditReport {
  std::uint64_t entries = 0;
  std::uint64_t heads = 0;
  std::uint64_t batches = 0;   // rows compared with the entry that states them
  std::uint64_t receipts = 0;  // likewise
  std::optional<TreeHead> newest_head;
  std::optional<AuditFinding> finding;

  bool holds() const { return !finding; }
};

// Reads the tables audit_entry, audit_head, batch and receipts of `database_file` in order and in bounded
// memory, in one read transaction: a running gateway is not disturbed. Every entry's leaf hash is computed
// again, every head's signature (by a gateway's certificate that held when it was signed, not after `now`)
// and root are checked, and every batch and receipts row must be the bytes that its entry states. Stops at
// the first finding. An error, not a report, where the files cannot be read: AUDIT_LOG_MISSING, STORE_FAILED
// or what TrustAnchors::load gives.
//
// A log whose newest entries and heads were all cut off is a shorter log that holds: only a head that was
// kept elsewhere shows that it once was longer. With `kept`, the log must begin with that head's tree:
// AUDIT_HEAD_WRONG where it is shorter or begins with another.
Result<AuditReport> verify_audit_log(const std::filesystem::path& database_file,
                                     const std::filesystem::path& trust_folder, Instant now,
                                     std::optional<KeptHead> kept = {});

}  // namespace gnc::trust
