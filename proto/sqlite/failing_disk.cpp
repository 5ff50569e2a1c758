#include "proto/sqlite/failing_disk.h"

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <mutex>

#include "gnc/v1/errors.pb.h"

namespace gnc::sqlite {

// A VFS that opens files by the usual one, and puts a method table of its own in their place: the usual
// methods, but for those that write.
struct FailingDisk::State {
  struct Methods {
    sqlite3_io_methods table;  // first: a file points to it
    const sqlite3_io_methods* usual = nullptr;
    State* disk = nullptr;
  };

  sqlite3_vfs* usual = nullptr;
  sqlite3_vfs own{};
  std::atomic<bool> fails{false};
  std::mutex mutex;
  std::map<const sqlite3_io_methods*, std::unique_ptr<Methods>> methods;  // by the usual ones

  static const Methods& of(sqlite3_file* file) { return *reinterpret_cast<const Methods*>(file->pMethods); }

  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    const Methods& here = of(file);
    return here.disk->fails ? SQLITE_IOERR_WRITE : here.usual->xWrite(file, bytes, size, offset);
  }
  static int sync(sqlite3_file* file, int flags) {
    const Methods& here = of(file);
    return here.disk->fails ? SQLITE_IOERR_FSYNC : here.usual->xSync(file, flags);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const Methods& here = of(file);
    return here.disk->fails ? SQLITE_IOERR_TRUNCATE : here.usual->xTruncate(file, size);
  }

  const Methods& methods_for(const sqlite3_io_methods* usual_methods) {
    const std::lock_guard lock(mutex);
    std::unique_ptr<Methods>& known = methods[usual_methods];
    if (!known) {
      known = std::make_unique<Methods>(Methods{*usual_methods, usual_methods, this});
      known->table.xWrite = write;
      known->table.xSync = sync;
      known->table.xTruncate = truncate;
    }
    return *known;
  }

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    State& disk = *static_cast<State*>(vfs->pAppData);
    const int opened = disk.usual->xOpen(disk.usual, name, file, flags, out_flags);
    if (file->pMethods != nullptr) file->pMethods = &disk.methods_for(file->pMethods).table;
    return opened;
  }
};

FailingDisk::FailingDisk(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<FailingDisk>> FailingDisk::install() {
  auto state = std::make_unique<State>();
  state->usual = sqlite3_vfs_find(nullptr);
  if (state->usual == nullptr) return failure(v1::STORE_FAILED, "SQLite has no way to the disk");
  state->own = *state->usual;
  state->own.pNext = nullptr;
  state->own.zName = "gnc-failing-disk";
  state->own.pAppData = state.get();
  state->own.xOpen = State::open;
  if (sqlite3_vfs_register(&state->own, 1) != SQLITE_OK) {
    return failure(v1::STORE_FAILED, "SQLite takes no other way to the disk");
  }
  return std::unique_ptr<FailingDisk>(new FailingDisk(std::move(state)));
}

FailingDisk::~FailingDisk() { sqlite3_vfs_unregister(&state_->own); }

void FailingDisk::fail() { state_->fails = true; }

}  // namespace gnc::sqlite
