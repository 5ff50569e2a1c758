#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "scenarios/engine/child_process.h"

namespace gnc::scenarios {

// What comes to the run from its threads, by the name of the process ("gateway", "nodes", "node-NZ"). `start`
// counts the process's starts, so that the last words of one that is gone are not taken for its successor's.
struct LineSaid {
  std::string process;
  std::uint64_t start = 0;
  std::string line;
};
struct Reported {
  std::string process;
  std::uint64_t start = 0;
  std::vector<v1::Report> reports;
};
struct ReportUnreadable {
  std::string process;
  std::uint64_t start = 0;
};
struct ProcessEnded {
  std::string process;
  std::uint64_t start = 0;
  ProcessExit exit;
};
// Ctrl-C, or a request to end.
struct StopAsked {};

using Happening = std::variant<LineSaid, Reported, ReportUnreadable, ProcessEnded, StopAsked>;

// The one queue into the run's own thread, which holds all of the run's state.
class HappeningQueue {
 public:
  void push(Happening happening) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(happening));
    }
    changed_.notify_one();
  }

  // All that is there; waits for the first until `deadline`.
  std::deque<Happening> take(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return !queue_.empty(); });
    return std::exchange(queue_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Happening> queue_;
};

}  // namespace gnc::scenarios
