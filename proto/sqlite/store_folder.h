#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "proto/sqlite/database.h"

// What a store's folder needs before it is used: one process alone, and tables of the version that this
// program knows.
namespace gnc::sqlite {

// Holds a folder for this process alone; the kernel lets go when the process ends, however it ends.
class FolderLock {
 public:
  // Creates the folder. `file` is the lock's name in it. STORE_FAILED where another process has it.
  static Result<FolderLock> take(const std::filesystem::path& folder, std::string_view file);

  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// The log is folded back into the database whenever it has so many bytes: seldom enough to be cheap, and its
// file stays small.
inline constexpr std::uint64_t longest_log = 16u << 20;

struct Schema {
  std::int64_t application_id = 0;  // tells one kind of store from another
  std::int64_t version = 0;
  std::string_view kind;    // "a gateway's store"
  std::string_view tables;  // SQL that creates those that it has beside GroupTransaction::tables
};

// Opens the store's database for writing, with the settings of a store. Creates the tables in an empty file;
// refuses a file of another application or of another version.
Result<Database> open_store(const std::filesystem::path& file, const Schema& schema);

}  // namespace gnc::sqlite
