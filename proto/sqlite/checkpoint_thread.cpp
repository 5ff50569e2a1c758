#include "proto/sqlite/checkpoint_thread.h"

#include <utility>

#include <pthread.h>

namespace gnc::sqlite {
namespace {

constexpr std::uint64_t page_bytes = 4096;
// What one commit may copy beside its own work.
constexpr std::uint64_t few_pages = 64;
// The log grows while it is copied; what comes in the last of these is left to the writer.
constexpr int most_rounds = 3;
// The writer waits where the log has so many times the pages it should have.
constexpr std::uint64_t patience = 4;

}  // namespace

CheckpointThread::CheckpointThread(Database own, std::uint64_t longest_log)
    : own_(std::move(own)),
      most_pages_(longest_log / page_bytes),
      due_at_(most_pages_),
      thread_([this] { run(); }) {}

CheckpointThread::~CheckpointThread() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CheckpointThread::run() {
  pthread_setname_np(pthread_self(), "gnc-checkpoint");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || turn_ == Turn::thread; });
    if (stopping_) return;
    lock.unlock();
    for (int round = 0; round < most_rounds; ++round) {
      // As where SQLite does it: a failure loses nothing, since the log has everything, and a disk that
      // fails lasts no longer for the commits than for this.
      const Result<FoldedLog> folded = own_.fold_log();
      if (!folded || !own_.flush() || folded->pages - folded->copied <= few_pages) break;
    }
    lock.lock();
    turn_ = Turn::writer;
    changed_.notify_all();
  }
}

bool CheckpointThread::committed(std::uint64_t pages) {
  if (pages < pages_) due_at_ = most_pages_;  // the log was begun anew
  pages_ = pages;
  std::unique_lock lock(mutex_);
  if (turn_ == Turn::thread && pages >= patience * most_pages_) {
    changed_.wait(lock, [this] { return turn_ != Turn::thread; });
  }
  if (turn_ == Turn::writer) {
    turn_ = Turn::rest;
    due_at_ = pages + most_pages_;
    return true;
  }
  if (turn_ == Turn::rest && pages >= due_at_) {
    turn_ = Turn::thread;
    changed_.notify_all();
  }
  return false;
}

}  // namespace gnc::sqlite
