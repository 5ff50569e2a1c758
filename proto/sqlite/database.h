#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proto/sqlite/gathered_log.h"
#include "proto/types/result.h"

struct sqlite3;
struct sqlite3_stmt;

// The little that the stores need of SQLite: a durable database, statements that are prepared once, and
// transactions. Every failure is STORE_FAILED with SQLite's own words. One thread at a time for each
// Database.
namespace gnc::sqlite {

class CheckpointThread;
class Statement;

// What the log had when it was last copied into the database, and how much of it was.
struct FoldedLog {
  std::uint64_t pages = 0, copied = 0;
};

class Database {
 public:
  enum class Access { read_only, read_write };

  // Opens or creates `file`. read_write: WAL, synchronous=FULL, so that COMMIT returns after the fsync.
  static Result<Database> open(const std::filesystem::path& file, Access access);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Runs statements that return no rows, separated by semicolons.
  Result<void> execute(const std::string& sql);
  // The statement must not outlive this database.
  Result<Statement> prepare(std::string_view sql) const;

  // Of one that writes: from now on its log is folded beside its commits (CheckpointThread), whenever it has
  // so many bytes.
  Result<void> fold_log_beside(std::uint64_t longest_log);
  // Copies what the log holds into the database as far as readers let it, and as nobody else does. Others may
  // write meanwhile.
  Result<FoldedLog> fold_log();
  // To the disk with what was copied: SQLite itself flushes it only together with the last of the log.
  Result<void> flush();

 private:
  Database(sqlite3* handle, std::unique_ptr<GatheredLog> log);
  std::unique_ptr<GatheredLog> log_;  // of one that writes
  sqlite3* handle_ = nullptr;
  std::unique_ptr<CheckpointThread> checkpoints_;
};

// A prepared statement. Bind by position from 1, step, read columns from 0, reset.
// Bound text and blobs are not copied: they must stay as they are until reset().
class Statement {
 public:
  // None yet: to be assigned before it is used.
  Statement() = default;
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view text);
  Statement& bind_blob(int position, std::string_view bytes);
  Statement& bind_null(int position);

  // True where there is a row to read, false at the end.
  Result<bool> step();
  // For statements without rows: step, then reset.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  // Valid until the next step or reset.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  sqlite3_stmt* handle_ = nullptr;
};

// Prepares each of the members with its SQL.
template <class Statements>
Result<void> prepare_all(const Database& database, Statements& statements,
                         std::initializer_list<std::pair<Statement Statements::*, std::string_view>> sql) {
  for (const auto& [member, text] : sql) {
    auto prepared = database.prepare(text);
    if (!prepared) return tl::unexpected(prepared.error());
    statements.*member = std::move(*prepared);
  }
  return {};
}

// Ends the reading of a statement, so that it holds no snapshot and can be bound again.
struct ResetAtEnd {
  Statement& statement;
  ~ResetAtEnd() { statement.reset(); }
};

// STORE_FAILED: of a row that holds what the store never writes.
Error unreadable_row(std::string_view table);

// Calls `read` for each row of the statement. It gives back a bool or a Result<bool>: whether the row, of
// that table, could be read.
template <class Read>
Result<void> for_each_row(Statement& statement, std::string_view table, const Read& read) {
  const ResetAtEnd reset{statement};
  while (true) {
    const Result<bool> row = statement.step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const Result<bool> could = read(std::as_const(statement));
    if (!could) return tl::unexpected(could.error());
    if (!*could) return tl::unexpected(unreadable_row(table));
  }
}

}  // namespace gnc::sqlite
