#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/random.h"
#include "proto/types/result.h"
#include "scenarios/engine/report.h"
#include "scenarios/virtual/cpu_work.h"
#include "scenarios/virtual/simulation.h"
#include "scenarios/virtual/virtual_network.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {

// As much as a frame of the live world holds, with room for its head.
constexpr std::size_t most_frame_bytes = 3u << 20;

// A process of the virtual world: threads that open frames, one that runs the core, one that commits, and a
// clock that may be wrong. What it has not made durable is gone when it dies.
class VirtualProcess {
 public:
  VirtualProcess(Simulation&, std::string name, std::uint32_t number, const CpuCosts&, Random chance);
  virtual ~VirtualProcess() = default;
  VirtualProcess(const VirtualProcess&) = delete;
  VirtualProcess& operator=(const VirtualProcess&) = delete;

  const std::string& name() const { return name_; }
  bool is_up() const { return up_; }
  bool is_frozen() const { return frozen_; }
  // Nothing waits, runs or is being committed.
  bool is_idle() const { return !core_busy_ && !disk_busy_ && !has_events() && !has_steps(); }

  // Serves after `delay` and what a start takes.
  void start(Duration delay);
  // SIGKILL. A commit that is under way is durable or lost, by chance.
  void kill();
  void freeze();
  void thaw();
  void skew(Duration by);
  Duration skewed_by() const { return skew_; }
  // Commits fail once so many more bytes have been written; zero: from now on.
  void fail_disk(std::uint64_t after_bytes);
  void mend_disk() { disk_bytes_left_.reset(); }

  // Called when it serves.
  std::function<void()> on_start;
  // Called when it has ended by itself, which it does when its disk fails.
  std::function<void(const Error&)> on_end;

  void handle(const VirtualEvent&);
  ProcessRow row() const;
  const ThreadWork& work() const { return work_; }
  Instant clock() const { return simulation_.clock() + skew_; }

 protected:
  virtual void restore() = 0;
  virtual bool has_events() const = 0;
  // Runs the core over all that waits; gives what work that is.
  virtual CpuWork step() = 0;
  // The step is over: its effects wait for the disk.
  virtual void stepped() = 0;
  virtual bool has_steps() const = 0;
  struct Group {
    std::size_t rows = 0;
    std::size_t bytes = 0;
  };
  // All that waits for the disk becomes the group that is committed next.
  virtual Group take_group() = 0;
  virtual void make_group_durable() = 0;
  // Makes ready what follows from the group; gives what work it is to send it. What goes out goes through
  // when_sent().
  virtual CpuWork perform_group() = 0;
  // What is in memory is gone.
  virtual void lose_memory() = 0;
  virtual void network_hears_of_death() = 0;
  virtual void frame_opened(std::uint64_t slot) = 0;
  // What timer_after() asked for.
  virtual void timer(std::uint64_t) {}
  // This process's clock was put forward, or back, and no time has passed.
  virtual void clock_stepped(Duration by) = 0;
  // Too much is under way for another step.
  virtual bool must_wait() const { return false; }

  // The core asks to be run at that time of this process's clock; zero: it does not.
  void wake_at(Instant);
  // Calls timer() with the number, which has no more than 40 bits, unless the process dies before.
  void timer_after(Duration, std::uint64_t number);
  // Runs the core when it is free and something waits or is due.
  void run_on();
  // A frame is opened by one of the threads for that, after those of `stream` before it; then frame_opened().
  void open(CpuWork, std::uint64_t stream, std::uint64_t slot);
  // What is done when the work of perform_group() is over, in order.
  void when_sent(std::function<void()> action) { to_send_.push_back(std::move(action)); }
  void send_now();
  // What the core of this start draws from: a live process gets the same by its --seed.
  Random chance_of_start() const;

  Simulation& simulation_;
  const CpuCosts& costs_;
  Random chance_;

 private:
  void run(std::uint64_t nanoseconds, bool sleeps, VirtualEvent::Kind kind, std::uint64_t number = 0);
  void run_core(bool sleeps);
  void begin_commit(bool sleeps);
  void wait_for_disk();
  void end_commit();
  void end_sending();
  void open_next();
  void die();

  struct Opening {
    std::uint64_t stream = 0, slot = 0, cost = 0;
  };

  const std::string name_;
  const std::uint32_t number_;
  bool up_ = false;
  bool frozen_ = false;
  std::uint64_t starts_ = 0;  // counts deaths too: what belongs to another value is stale
  std::uint64_t times_served_ = 0;
  Duration skew_{};
  ThreadWork work_;
  bool core_busy_ = false;
  bool disk_busy_ = false;
  bool commit_fails_ = false;
  std::optional<std::uint64_t> disk_bytes_left_;
  Instant wake_;            // by its own clock; zero: none
  VirtualTime next_alarm_;  // of the wake event in the queue, as far as there is one
  bool alarm_set_ = false;
  Group group_;                  // at the disk
  std::uint64_t log_bytes_ = 0;  // since the last checkpoint, about
  std::uint64_t new_bytes_ = 0;  // of them, content
  std::vector<std::function<void()>> to_send_;
  std::deque<Opening> to_open_;
  std::vector<Opening> opening_;    // no more than there are threads
  std::vector<VirtualEvent> held_;  // while it is frozen
};

// A batch as the cores take it: opened, beside the bytes. Without `now` whether the signer's
// certificate held was judged when it was recorded.
template <class Incoming>
Incoming open_batch(const VirtualTrust& trust, const SealedBytes& sealed, std::optional<Instant> now,
                    CpuWork& work) {
  ++work.batches;
  work.bytes += sealed_size(*sealed);
  return {sealed, trust.open(sealed, now)};
}

}  // namespace gnc::scenarios
