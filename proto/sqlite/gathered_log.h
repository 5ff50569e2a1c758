#pragma once

#include <memory>

struct sqlite3_vfs;

namespace gnc::sqlite {

// SQLite's way to the disk, but for the write-ahead log: what a commit appends to it, two writes for each
// page, is gathered here and written at once, before the commit is flushed and shown to others.
class GatheredLog {
 public:
  // Stands on the way to the disk that is usual now. Empty where SQLite has none, or takes no other.
  static std::unique_ptr<GatheredLog> make();
  ~GatheredLog();
  GatheredLog(const GatheredLog&) = delete;
  GatheredLog& operator=(const GatheredLog&) = delete;

  // For sqlite3_open_v2(). Must outlive the connection.
  const char* name() const;

 private:
  struct State;
  explicit GatheredLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::sqlite
