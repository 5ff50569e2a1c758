#include "proto/sqlite/gathered_log.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace gnc::sqlite {
namespace {

// Beyond it a commit is written in parts.
constexpr std::size_t most_of_a_log = 512u << 10;
// SQLite's own way takes no more than 128 KiB at once.
constexpr std::size_t most_written = 64u << 10;
// A flush is twice as fast where the file need not grow for it: the log grows by so much at a time, in zeros,
// which are no frame of a log.
constexpr sqlite3_int64 growth = 1 << 20;

// A frame of a log is its header and a page. The header says of the last frame of a commit how many pages the
// database then has, and of any other zero (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
constexpr int frame_header = 24;
constexpr std::size_t pages_at = 4;

// An open log. The usual file lies behind it, in the room that SQLite has given for both.
struct LogFile {
  sqlite3_file base;  // first: SQLite knows no more of it
  sqlite3_file* usual;
  sqlite3_int64 size;     // of the file
  sqlite3_int64 start;    // in the file, of what is gathered
  std::string* gathered;  // not written yet
  bool ends_commit;       // the page that comes next
};

constexpr std::size_t own_size =
    (sizeof(LogFile) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

const sqlite3_io_methods& usual_of(const LogFile& log) { return *log.usual->pMethods; }

int write_gathered(LogFile& log) {
  std::string& bytes = *log.gathered;
  if (bytes.empty()) return SQLITE_OK;
  const sqlite3_int64 end = log.start + static_cast<sqlite3_int64>(bytes.size());
  if (end > log.size) {
    log.size = (end / growth + 1) * growth;
    bytes.resize(static_cast<std::size_t>(log.size - log.start), '\0');
  }
  int written = SQLITE_OK;
  for (std::size_t at = 0; at < bytes.size() && written == SQLITE_OK; at += most_written) {
    const std::size_t size = std::min(most_written, bytes.size() - at);
    written = usual_of(log).xWrite(log.usual, bytes.data() + at, static_cast<int>(size),
                                   log.start + static_cast<sqlite3_int64>(at));
  }
  // After a failure too: SQLite rolls back what it is told has failed, and then writes it anew.
  bytes.clear();
  return written;
}

int close(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int written = write_gathered(log);
  const int closed = usual_of(log).xClose(log.usual);
  delete log.gathered;
  return written != SQLITE_OK ? written : closed;
}

int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  if (const int written = write_gathered(log); written != SQLITE_OK) return written;
  return usual_of(log).xRead(log.usual, into, size, offset);
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  const auto gathered = static_cast<sqlite3_int64>(log.gathered->size());
  const bool continues = log.start + gathered == offset && log.gathered->size() < most_of_a_log;
  if (!continues) {
    if (const int written = write_gathered(log); written != SQLITE_OK) return written;
    log.start = offset;
  }
  try {
    log.gathered->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  if (size == frame_header) {
    constexpr std::string_view not_last("\0\0\0\0", 4);
    log.ends_commit =
        std::string_view(static_cast<const char*>(bytes), frame_header).substr(pages_at, 4) != not_last;
    return SQLITE_OK;
  }
  // Others may be shown the commit from now on, also where no flush comes before.
  return std::exchange(log.ends_commit, false) ? write_gathered(log) : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  LogFile& log = log_of(file);
  if (const int written = write_gathered(log); written != SQLITE_OK) return written;
  const int truncated = usual_of(log).xTruncate(log.usual, size);
  if (truncated == SQLITE_OK) log.size = size;
  return truncated;
}

int sync(sqlite3_file* file, int flags) {
  LogFile& log = log_of(file);
  if (const int written = write_gathered(log); written != SQLITE_OK) return written;
  return usual_of(log).xSync(log.usual, flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  LogFile& log = log_of(file);
  if (const int written = write_gathered(log); written != SQLITE_OK) return written;
  return usual_of(log).xFileSize(log.usual, size);
}

int lock(sqlite3_file* file, int level) { return usual_of(log_of(file)).xLock(log_of(file).usual, level); }
int unlock(sqlite3_file* file, int level) {
  return usual_of(log_of(file)).xUnlock(log_of(file).usual, level);
}
int check_lock(sqlite3_file* file, int* reserved) {
  return usual_of(log_of(file)).xCheckReservedLock(log_of(file).usual, reserved);
}
int control(sqlite3_file* file, int operation, void* argument) {
  return usual_of(log_of(file)).xFileControl(log_of(file).usual, operation, argument);
}
int sector_size(sqlite3_file* file) { return usual_of(log_of(file)).xSectorSize(log_of(file).usual); }
int characteristics(sqlite3_file* file) {
  return usual_of(log_of(file)).xDeviceCharacteristics(log_of(file).usual);
}

// Version 1: memory shared between connections is the database's file's affair.
constexpr sqlite3_io_methods methods{
    1,       close,      read,    write,       truncate,        sync,    file_size, lock,
    unlock,  check_lock, control, sector_size, characteristics, nullptr, nullptr,   nullptr,
    nullptr, nullptr,    nullptr};

}  // namespace

struct GatheredLog::State {
  sqlite3_vfs* usual = nullptr;
  sqlite3_vfs own{};
  std::string name;

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    sqlite3_vfs& usual = *static_cast<State*>(vfs->pAppData)->usual;
    if ((flags & SQLITE_OPEN_WAL) == 0) return usual.xOpen(&usual, name, file, flags, out_flags);
    LogFile& log = log_of(file);
    log.base.pMethods = nullptr;
    log.usual = reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + own_size);
    log.usual->pMethods = nullptr;
    const int opened = usual.xOpen(&usual, name, log.usual, flags, out_flags);
    if (log.usual->pMethods == nullptr) return opened;
    if (opened != SQLITE_OK) {
      log.usual->pMethods->xClose(log.usual);
      return opened;
    }
    log.start = 0;
    log.ends_commit = false;
    const int sized = usual_of(log).xFileSize(log.usual, &log.size);
    log.gathered = new (std::nothrow) std::string;
    if (sized == SQLITE_OK && log.gathered != nullptr) {
      log.base.pMethods = &methods;
      return SQLITE_OK;
    }
    delete log.gathered;
    log.usual->pMethods->xClose(log.usual);
    return sized != SQLITE_OK ? sized : SQLITE_NOMEM;
  }
};

GatheredLog::GatheredLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

std::unique_ptr<GatheredLog> GatheredLog::make() {
  auto state = std::make_unique<State>();
  state->usual = sqlite3_vfs_find(nullptr);
  if (state->usual == nullptr) return nullptr;
  // VFSs are told apart by their names.
  state->name = fmt::format("gnc-gathered-log-{}", static_cast<const void*>(state.get()));
  state->own = *state->usual;
  state->own.pNext = nullptr;
  state->own.zName = state->name.c_str();
  state->own.pAppData = state.get();
  state->own.szOsFile = static_cast<int>(own_size) + state->usual->szOsFile;
  state->own.xOpen = State::open;
  if (sqlite3_vfs_register(&state->own, 0) != SQLITE_OK) return nullptr;
  return std::unique_ptr<GatheredLog>(new GatheredLog(std::move(state)));
}

GatheredLog::~GatheredLog() { sqlite3_vfs_unregister(&state_->own); }

const char* GatheredLog::name() const { return state_->name.c_str(); }

}  // namespace gnc::sqlite
