#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/core/gateway_core.h"
#include "gateway/store/commit_thread.h"
#include "proto/types/clock_steps.h"

namespace gnc::gateway {

// Runs the core: one queue in; each round takes all that waits into one step and passes the effects to
// the commit thread.
class CoreThread {
 public:
  using Clock = std::function<Instant()>;

  // All must outlive this.
  CoreThread(GatewayCore& core, CommitThread& commits, Clock clock, std::size_t waiting_bytes_limit);
  // drain().
  ~CoreThread();

  void start();

  // False where too much waits already: the event is taken, but the caller must not read on until
  // `resume` is called, from the core's thread.
  bool push(Event event, std::size_t bytes, const std::function<void()>& resume);
  void push(Event event);

  // Handles what waits, and what its commits bring back, to the end; takes nothing more afterwards. Nothing
  // happens the second time.
  void drain();

  // As of the last step.
  GatewayCounters counters() const;

 private:
  void run();
  // Waits until there is something to do; false at the end.
  bool take(std::vector<Event>& events, std::vector<std::function<void()>>& resumable);

  GatewayCore& core_;
  CommitThread& commits_;
  const Clock clock_;
  const std::size_t waiting_bytes_limit_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Event> waiting_;
  std::vector<std::function<void()>> paused_;
  std::size_t waiting_bytes_ = 0;
  bool draining_ = false;
  bool ended_ = false;
  GatewayCounters counters_;
  // The core thread's own.
  Instant wake_;
  ClockSteps clock_steps_;
  std::thread thread_;
};

}  // namespace gnc::gateway
