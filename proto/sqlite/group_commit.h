#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

#include "proto/types/result.h"

namespace gnc::sqlite {

// Group commit: takes all the steps that wait, makes them durable as one transaction, and only then hands
// them on, in order. After a failure nothing is handed on any more.
template <class Step>
class GroupCommit {
 public:
  struct Handlers {
    // Makes all steps of a group durable, or none of them.
    std::function<Result<void>(std::vector<Step>&)> commit;
    // The steps of one group, in order, all durable.
    std::function<void(std::vector<Step>&)> committed;
    // Called once; the process must stop serving.
    std::function<void(const Error&)> failed;
  };

  GroupCommit(std::size_t waiting_bytes_limit, Handlers handlers)
      : waiting_bytes_limit_(waiting_bytes_limit),
        handlers_(std::move(handlers)),
        thread_([this] { run(); }) {}

  // Commits what waits, then ends.
  ~GroupCommit() {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
  }

  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // True where nothing waits and nothing is being committed or handed on.
  bool idle() const {
    const std::lock_guard guard(mutex_);
    return failed_ || (waiting_.empty() && !busy_);
  }

  struct Figures {
    std::uint64_t commits = 0;
    std::uint64_t steps = 0;
    std::uint64_t nanoseconds = 0;  // that the commits took
  };
  Figures figures() const {
    return {commits_.load(std::memory_order_relaxed), steps_.load(std::memory_order_relaxed),
            nanoseconds_.load(std::memory_order_relaxed)};
  }

  // Blocks while too many bytes wait. Returns at once after a failure.
  void push(Step step, std::size_t bytes) {
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [&] {
        return failed_ || waiting_.empty() || waiting_bytes_ + bytes <= waiting_bytes_limit_;
      });
      if (failed_) return;
      waiting_.push_back(std::move(step));
      waiting_bytes_ += bytes;
    }
    work_.notify_one();
  }

 private:
  void run() {
    pthread_setname_np(pthread_self(), "gnc-store");
    std::vector<Step> group;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        busy_ = false;
        work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        group.swap(waiting_);
        waiting_bytes_ = 0;
        busy_ = true;
      }
      room_.notify_one();
      const auto begun = std::chrono::steady_clock::now();
      if (const Result<void> done = handlers_.commit(group); !done) {
        {
          const std::lock_guard guard(mutex_);
          failed_ = true;
          busy_ = false;
          waiting_.clear();
        }
        room_.notify_all();
        handlers_.failed(done.error());
        return;
      }
      count(group.size(), std::chrono::steady_clock::now() - begun);
      handlers_.committed(group);
      group.clear();
    }
  }

  void count(std::size_t steps, std::chrono::nanoseconds took) {
    commits_.fetch_add(1, std::memory_order_relaxed);
    steps_.fetch_add(steps, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
  }

  const std::size_t waiting_bytes_limit_;
  const Handlers handlers_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::vector<Step> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool busy_ = false;
  bool failed_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> commits_{0}, steps_{0}, nanoseconds_{0};
  std::thread thread_;
};

}  // namespace gnc::sqlite
