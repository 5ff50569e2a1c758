#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "proto/sqlite/database.h"
#include "proto/sqlite/segments.h"
#include "proto/types/result.h"

// The tables of gateway.db that hold an audit log and what it states, for reading.
namespace gnc::trust {

// A row of audit_entry; views are valid until the next.
struct EntryRow {
  std::uint64_t number = 0;
  std::string_view entry;
  std::string_view leaf;
};

// A row of audit_head.
struct HeadRow {
  std::uint64_t tree_size = 0;
  std::string_view seal;
};

// A row of batch or receipts. Its content may stand in a segment beside the database, and be lost.
struct FactRow {
  std::string_view party;
  Result<std::string_view> bytes;
};

class AuditTables {
 public:
  // In one read transaction. AUDIT_LOG_MISSING where there is no such file or it has no such tables.
  static Result<AuditTables> open(const std::filesystem::path& database_file);

  // In order of number, and of size; empty at the end.
  Result<std::optional<EntryRow>> next_entry();
  Result<std::optional<HeadRow>> next_head();

  // Empty where there is no such row. Valid until the next of either kind.
  Result<std::optional<FactRow>> batch(std::uint64_t number);
  Result<std::optional<FactRow>> receipts(const std::string& audience, std::uint64_t position);
  Result<std::uint64_t> count_batches();
  Result<std::uint64_t> count_receipts();

 private:
  AuditTables(sqlite::Database database, sqlite::ContentReader content, sqlite::Statement entries,
              sqlite::Statement heads, sqlite::Statement batch, sqlite::Statement receipts);
  Result<std::optional<FactRow>> row_of(sqlite::Statement& statement);

  sqlite::Database database_;
  sqlite::ContentReader content_;
  std::string buffer_;
  sqlite::Statement entries_;
  sqlite::Statement heads_;
  sqlite::Statement batch_;
  sqlite::Statement receipts_;
};

}  // namespace gnc::trust
