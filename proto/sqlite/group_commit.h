#pragma once

#include <condition_variable>
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
        work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        group.swap(waiting_);
        waiting_bytes_ = 0;
      }
      room_.notify_one();
      if (const Result<void> done = handlers_.commit(group); !done) {
        {
          const std::lock_guard guard(mutex_);
          failed_ = true;
          waiting_.clear();
        }
        room_.notify_all();
        handlers_.failed(done.error());
        return;
      }
      handlers_.committed(group);
      group.clear();
    }
  }

  const std::size_t waiting_bytes_limit_;
  const Handlers handlers_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::vector<Step> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool failed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gnc::sqlite
