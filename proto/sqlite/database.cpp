#include "proto/sqlite/database.h"

#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/checkpoint_thread.h"

namespace gnc::sqlite {
namespace {

constexpr int busy_timeout_ms = 5000;

tl::unexpected<Error> store_failed(sqlite3* handle, std::string_view doing) {
  const char* file = handle != nullptr ? sqlite3_db_filename(handle, "main") : nullptr;
  return failure(v1::STORE_FAILED,
                 std::string(doing) + ": " + (handle != nullptr ? sqlite3_errmsg(handle) : "out of memory"),
                 file != nullptr ? file : "");
}

Result<FoldedLog> fold_log_of(sqlite3* handle) {
  int pages = 0, copied = 0;
  if (sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) != SQLITE_OK)
    return store_failed(handle, "cannot fold the log back");
  return FoldedLog{static_cast<std::uint64_t>(pages), static_cast<std::uint64_t>(copied)};
}

int committed(void* checkpoints, sqlite3* handle, const char*, int pages) {
  const bool writers_turn =
      static_cast<CheckpointThread*>(checkpoints)->committed(static_cast<std::uint64_t>(pages));
  // A failure loses nothing: the log has everything, and is folded another time.
  if (writers_turn) static_cast<void>(fold_log_of(handle));
  return SQLITE_OK;
}

}  // namespace

Result<Database> Database::open(const std::filesystem::path& file, Access access) {
  const int flags =
      access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  std::unique_ptr<GatheredLog> log = access == Access::read_write ? GatheredLog::make() : nullptr;
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX,
                                     log != nullptr ? log->name() : nullptr);
  Database database(handle, std::move(log));
  if (opened != SQLITE_OK) return store_failed(handle, "cannot open " + file.string());
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  if (access == Access::read_write) {
    if (auto done = database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                     "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;");
        !done) {
      return tl::unexpected(done.error());
    }
  }
  return database;
}

Database::Database(sqlite3* handle, std::unique_ptr<GatheredLog> log)
    : log_(std::move(log)), handle_(handle) {}

Database::Database(Database&& other) noexcept
    : log_(std::move(other.log_)),
      handle_(std::exchange(other.handle_, nullptr)),
      checkpoints_(std::move(other.checkpoints_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(log_, other.log_);
  std::swap(handle_, other.handle_);
  std::swap(checkpoints_, other.checkpoints_);
  return *this;
}

Database::~Database() {
  if (checkpoints_ != nullptr) sqlite3_wal_hook(handle_, nullptr, nullptr);
  checkpoints_.reset();
  sqlite3_close_v2(handle_);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return store_failed(handle_, "cannot execute");
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr) != SQLITE_OK) {
    return store_failed(handle_, "cannot prepare '" + std::string(sql) + "'");
  }
  return Statement(statement);
}

Result<void> Database::fold_log_beside(std::uint64_t longest_log) {
  auto own = open(sqlite3_db_filename(handle_, "main"), Access::read_write);
  if (!own) return tl::unexpected(own.error());
  checkpoints_ = std::make_unique<CheckpointThread>(std::move(*own), longest_log);
  sqlite3_wal_hook(handle_, committed, checkpoints_.get());
  return {};
}

Result<FoldedLog> Database::fold_log() { return fold_log_of(handle_); }

Result<void> Database::flush() {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr ||
      file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) != SQLITE_OK) {
    return store_failed(handle_, "cannot flush");
  }
  return {};
}

Statement::Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(handle_, position, value);
  return *this;
}

Statement& Statement::bind(int position, std::string_view text) {
  sqlite3_bind_text64(handle_, position, text.data() != nullptr ? text.data() : "", text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int position, std::string_view bytes) {
  sqlite3_bind_blob64(handle_, position, bytes.data() != nullptr ? bytes.data() : "", bytes.size(),
                      SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int position) {
  sqlite3_bind_null(handle_, position);
  return *this;
}

Result<bool> Statement::step() {
  switch (sqlite3_step(handle_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return store_failed(sqlite3_db_handle(handle_), sqlite3_sql(handle_));
  }
}

Result<void> Statement::run() {
  auto stepped = step();
  reset();
  if (!stepped) return tl::unexpected(std::move(stepped.error()));
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return {data != nullptr ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return {data != nullptr ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

Error unreadable_row(std::string_view table) {
  return {
      v1::STORE_FAILED, fmt::format("the store's table {} holds a row that cannot be read", table), {}, {}};
}

}  // namespace gnc::sqlite
