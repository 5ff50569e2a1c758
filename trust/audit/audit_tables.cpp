#include "trust/audit/audit_tables.h"

#include <system_error>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::trust {
namespace {

Result<std::uint64_t> count(const sqlite::Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  if (const auto row = statement->step(); !row) return tl::unexpected(row.error());
  return static_cast<std::uint64_t>(statement->integer(0));
}

}  // namespace

AuditTables::AuditTables(sqlite::Database database, sqlite::ContentReader content, sqlite::Statement entries,
                         sqlite::Statement heads, sqlite::Statement batch, sqlite::Statement receipts)
    : database_(std::move(database)),
      content_(std::move(content)),
      entries_(std::move(entries)),
      heads_(std::move(heads)),
      batch_(std::move(batch)),
      receipts_(std::move(receipts)) {}

Result<AuditTables> AuditTables::open(const std::filesystem::path& database_file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(database_file, problem)) {
    return failure(v1::AUDIT_LOG_MISSING, "there is no such file", database_file.string());
  }
  auto database = sqlite::Database::open(database_file, sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  if (auto begun = database->execute("BEGIN"); !begun) return tl::unexpected(begun.error());
  auto known = database->prepare(
      "SELECT count(*) FROM sqlite_master WHERE type='table' AND name IN "
      "('audit_entry','audit_head','batch','receipts')");
  if (!known) return tl::unexpected(known.error());
  if (const auto row = known->step(); !row) return tl::unexpected(row.error());
  if (known->integer(0) != 4) {
    return failure(v1::AUDIT_LOG_MISSING, "the file has no tables of a gateway's audit log",
                   database_file.string());
  }
  auto entries = database->prepare("SELECT number, entry, leaf FROM audit_entry ORDER BY number");
  if (!entries) return tl::unexpected(entries.error());
  auto heads = database->prepare("SELECT tree_size, seal FROM audit_head ORDER BY tree_size");
  if (!heads) return tl::unexpected(heads.error());
  auto batch = database->prepare(
      fmt::format("SELECT sender, {} FROM batch WHERE number = ?", sqlite::content_columns));
  if (!batch) return tl::unexpected(batch.error());
  auto receipts = database->prepare(fmt::format(
      "SELECT audience, {} FROM receipts WHERE audience = ? AND position = ?", sqlite::content_columns));
  if (!receipts) return tl::unexpected(receipts.error());
  return AuditTables(*std::move(database), sqlite::ContentReader(database_file.parent_path()),
                     *std::move(entries), *std::move(heads), *std::move(batch), *std::move(receipts));
}

Result<std::optional<FactRow>> AuditTables::row_of(sqlite::Statement& statement) {
  const auto row = statement.step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  return FactRow{statement.text(0), content_.view(statement, 1, buffer_)};
}

Result<std::optional<EntryRow>> AuditTables::next_entry() {
  const auto row = entries_.step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  return EntryRow{static_cast<std::uint64_t>(entries_.integer(0)), entries_.blob(1), entries_.blob(2)};
}

Result<std::optional<HeadRow>> AuditTables::next_head() {
  const auto row = heads_.step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  return HeadRow{static_cast<std::uint64_t>(heads_.integer(0)), heads_.blob(1)};
}

Result<std::optional<FactRow>> AuditTables::batch(std::uint64_t number) {
  batch_.reset();
  batch_.bind(1, static_cast<std::int64_t>(number));
  return row_of(batch_);
}

Result<std::optional<FactRow>> AuditTables::receipts(const std::string& audience, std::uint64_t position) {
  receipts_.reset();
  receipts_.bind(1, audience).bind(2, static_cast<std::int64_t>(position));
  return row_of(receipts_);
}

Result<std::uint64_t> AuditTables::count_batches() { return count(database_, "SELECT count(*) FROM batch"); }
Result<std::uint64_t> AuditTables::count_receipts() {
  return count(database_, "SELECT count(*) FROM receipts");
}

}  // namespace gnc::trust
