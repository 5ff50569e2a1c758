#include "proto/sqlite/store_folder.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/group_transaction.h"

namespace gnc::sqlite {
namespace {

Result<std::int64_t> pragma(const Database& database, std::string_view name) {
  auto statement = database.prepare(fmt::format("PRAGMA {}", name));
  if (!statement) return tl::unexpected(statement.error());
  if (const auto row = statement->step(); !row) return tl::unexpected(row.error());
  return statement->integer(0);
}

constexpr const char* writer_settings = "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;";

Result<void> prepare_schema(Database& database, const std::filesystem::path& file, const Schema& schema) {
  const auto application = pragma(database, "application_id");
  if (!application) return tl::unexpected(application.error());
  const auto version = pragma(database, "user_version");
  if (!version) return tl::unexpected(version.error());
  if (*application == 0 && *version == 0) {
    // One transaction: a file is either without tables or has them all.
    return database.execute(
        fmt::format("BEGIN IMMEDIATE; {} {} PRAGMA application_id={}; PRAGMA user_version={}; COMMIT;",
                    GroupTransaction::tables, schema.tables, schema.application_id, schema.version));
  }
  if (*application != schema.application_id) {
    return failure(v1::STORE_FAILED, fmt::format("the file is not {}", schema.kind), file.string(),
                   "Name another folder with --store.");
  }
  if (*version != schema.version) {
    return failure(
        v1::STORE_FAILED,
        fmt::format("the store has version {}, this gncsim reads version {}", *version, schema.version),
        file.string(), "Use the gncsim that wrote it, or another folder with --store.");
  }
  return {};
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, std::string_view file) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return failure(v1::FILE_UNWRITABLE, failed.message(), folder.string());
  const auto path = folder / file;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return failure(v1::FILE_UNWRITABLE, std::strerror(errno), path.string());
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return failure(v1::STORE_FAILED, "another process uses this store", folder.string(),
                   "Stop the other process, or name another folder with --store.");
  }
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Database> open_store(const std::filesystem::path& file, const Schema& schema) {
  auto database = Database::open(file, Database::Access::read_write);
  if (!database) return database;
  if (auto done = database->execute(writer_settings); !done) return tl::unexpected(done.error());
  if (auto done = prepare_schema(*database, file, schema); !done) return tl::unexpected(done.error());
  if (auto done = database->fold_log_beside(longest_log); !done) return tl::unexpected(done.error());
  return database;
}

}  // namespace gnc::sqlite
