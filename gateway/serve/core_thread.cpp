#include "gateway/serve/core_thread.h"

#include <pthread.h>

#include <chrono>

namespace gnc::gateway {
namespace {

// A step of the system's clock must not hold a timer up for longer than this.
constexpr Duration longest_sleep = Duration::from_milliseconds(250);
constexpr std::chrono::milliseconds drain_poll{1};

}  // namespace

CoreThread::CoreThread(GatewayCore& core, CommitThread& commits, Clock clock, std::size_t waiting_bytes_limit)
    : core_(core),
      commits_(commits),
      clock_(std::move(clock)),
      waiting_bytes_limit_(waiting_bytes_limit),
      counters_(core.counters()),
      // The first step finds out what is due from before the restart.
      wake_(clock_()),
      clock_steps_(wake_) {}

CoreThread::~CoreThread() { drain(); }

void CoreThread::start() {
  thread_ = std::thread([this] { run(); });
}

bool CoreThread::push(Event event, std::size_t bytes, const std::function<void()>& resume) {
  bool read_on = true;
  {
    const std::lock_guard guard(mutex_);
    if (ended_) return false;
    waiting_.push_back(std::move(event));
    waiting_bytes_ += bytes;
    if (waiting_bytes_ > waiting_bytes_limit_) {
      paused_.push_back(resume);
      read_on = false;
    }
  }
  work_.notify_one();
  return read_on;
}

void CoreThread::push(Event event) {
  {
    const std::lock_guard guard(mutex_);
    if (ended_) return;
    waiting_.push_back(std::move(event));
  }
  work_.notify_one();
}

void CoreThread::drain() {
  {
    const std::lock_guard guard(mutex_);
    draining_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

GatewayCounters CoreThread::counters() const {
  const std::lock_guard guard(mutex_);
  return counters_;
}

bool CoreThread::take(std::vector<Event>& events, std::vector<std::function<void()>>& resumable) {
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !ended_) {
    if (draining_) {
      // The commit thread brings StepCommitted before it says that it is idle.
      lock.unlock();
      const bool idle = commits_.idle();
      lock.lock();
      if (idle && waiting_.empty()) {
        ended_ = true;
        break;
      }
      work_.wait_for(lock, drain_poll);
      continue;
    }
    if (wake_ == Instant{}) {
      work_.wait(lock);
      continue;
    }
    const auto now = clock_();
    const auto left = wake_ - now;
    if (left <= Duration{} || clock_steps_.has_stepped(now)) {
      wake_ = {};
      events.emplace_back(TimePassed{});
      return true;
    }
    work_.wait_for(lock, std::chrono::microseconds(std::min(left, longest_sleep).microseconds));
  }
  if (ended_) return false;
  events.swap(waiting_);
  resumable.swap(paused_);
  waiting_bytes_ = 0;
  return true;
}

void CoreThread::run() {
  pthread_setname_np(pthread_self(), "gnc-core");
  std::vector<Event> events;
  std::vector<std::function<void()>> resumable;
  while (take(events, resumable)) {
    const auto now = clock_();
    if (const auto step = clock_steps_.since(now)) events.insert(events.begin(), ClockStepped{*step});
    auto effects = core_.step(events, now);
    wake_ = effects.wake;
    {
      const std::lock_guard guard(mutex_);
      counters_ = core_.counters();
    }
    // Blocks while the disk is behind; then frames wait here, and at last their readers pause.
    if (!effects.persist.empty() || !effects.send.empty() || !effects.replies.empty()) {
      commits_.push(std::move(effects));
    }
    for (const auto& resume : resumable) resume();
    events.clear();
    resumable.clear();
  }
}

}  // namespace gnc::gateway
