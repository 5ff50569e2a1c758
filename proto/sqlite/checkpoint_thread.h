#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "proto/sqlite/database.h"

namespace gnc::sqlite {

// Folds the log of a database back into it while its writer goes on committing: a commit that did so itself
// would keep all waiting that are behind it. The thread copies nearly all of the log by a connection of its
// own; after the commit that comes next the writer copies the few pages that have come since, and SQLite
// begins the log anew. What cannot be copied stays in the log, and is tried again when it has grown by as
// much once more.
class CheckpointThread {
 public:
  // The log is folded when it has so many bytes, and the writer waits when it has four times as many.
  CheckpointThread(Database own, std::uint64_t longest_log);
  // The log is left as it is. No commit may be under way.
  ~CheckpointThread();
  CheckpointThread(const CheckpointThread&) = delete;
  CheckpointThread& operator=(const CheckpointThread&) = delete;

  // By the writer's thread, after each commit: the log has so many pages. True where the rest is the writer's
  // to copy.
  bool committed(std::uint64_t pages);

 private:
  enum class Turn { rest, thread, writer };  // whose turn it is to copy

  void run();

  Database own_;
  const std::uint64_t most_pages_;
  // The writer's own.
  std::uint64_t pages_ = 0;
  std::uint64_t due_at_;  // pages

  std::mutex mutex_;
  std::condition_variable changed_;
  Turn turn_ = Turn::rest;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gnc::sqlite
