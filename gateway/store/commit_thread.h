#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/store/gateway_store.h"

namespace gnc::gateway {

// Group commit: takes all the steps that wait, makes them durable as one SQLite transaction, and only
// then hands them on, in order. After a failure nothing is handed on any more.
class CommitThread {
 public:
  struct Handlers {
    // The steps of one group, in order, all durable.
    std::function<void(std::vector<Effects>&)> committed;
    // Called once; the process must stop serving.
    std::function<void(const Error&)> failed;
  };
  // Bytes of batches and receipts that may wait before push() blocks.
  static constexpr std::size_t waiting_limit = 64u << 20;

  CommitThread(GatewayStore& store, Handlers handlers);
  // Commits what waits, then ends.
  ~CommitThread();

  // Blocks while too much waits. Returns at once after a failure.
  void push(Effects step);
  // True where nothing waits and nothing is being committed or handed on.
  bool idle() const;

  struct Figures {
    std::uint64_t commits = 0;
    std::uint64_t steps = 0;
    std::uint64_t nanoseconds = 0;
  };
  Figures figures() const;

 private:
  void run();

  GatewayStore& store_;
  Handlers handlers_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::vector<Effects> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool busy_ = false;
  bool failed_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> commits_{0}, steps_{0}, nanoseconds_{0};
  std::thread thread_;
};

}  // namespace gnc::gateway
