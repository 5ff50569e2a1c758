#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/random.h"
#include "proto/types/result.h"
#include "scenarios/engine/report.h"
#include "scenarios/virtual/simulation.h"
#include "scenarios/virtual/virtual_network.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {

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
  std::uint64_t starts() const { return starts_; }
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
  Instant clock() const { return simulation_.clock() + skew_; }

 protected:
  virtual void restore() = 0;
  virtual bool has_events() const = 0;
  // Runs the core over all that waits; gives what it costs.
  virtual std::uint64_t step() = 0;
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
  virtual void perform_group() = 0;
  // What is in memory is gone.
  virtual void lose_memory() = 0;
  virtual void network_hears_of_death() = 0;
  virtual void frame_opened(std::uint64_t slot) = 0;
  // This process's clock was put forward, or back, and no time has passed.
  virtual void clock_stepped(Duration by) = 0;
  // Too much is under way for another step.
  virtual bool must_wait() const { return false; }

  // The core asks to be run at that time of this process's clock; zero: it does not.
  void wake_at(Instant);
  // Runs the core when it is free and something waits or is due.
  void run_on();
  // A frame takes `cost` to open, after those of `stream` before it.
  void open_for(std::uint64_t cost, VirtualTime& stream_free_at, std::uint64_t slot);
  void charge(std::uint64_t nanoseconds) { cpu_ns_ += nanoseconds; }

  Simulation& simulation_;
  const CpuCosts& costs_;
  Random chance_;

 private:
  void begin_commit();
  void end_commit();
  void die();

  const std::string name_;
  const std::uint32_t number_;
  bool up_ = false;
  bool frozen_ = false;
  std::uint64_t starts_ = 0;  // counts deaths too: what belongs to another value is stale
  std::uint64_t times_served_ = 0;
  Duration skew_{};
  std::uint64_t cpu_ns_ = 0;
  bool core_busy_ = false;
  bool disk_busy_ = false;
  bool commit_fails_ = false;
  std::optional<std::uint64_t> disk_bytes_left_;
  Instant wake_;            // by its own clock; zero: none
  VirtualTime next_alarm_;  // of the wake event in the queue, as far as there is one
  bool alarm_set_ = false;
  std::vector<VirtualTime> threads_free_at_;
  std::vector<VirtualEvent> held_;  // while it is frozen
};

// What opening a frame's batches has come to.
struct Opening {
  std::uint64_t batches = 0, envelopes = 0, receipts = 0, bytes = 0;

  std::uint64_t cost(const CpuCosts& costs) const {
    return costs.frame + batches * costs.batch + bytes * costs.kilobyte / 1024;
  }
};

// A batch as the cores take it: opened, beside its own copy of the bytes. Without `now` whether the signer's
// certificate held was judged when it was recorded.
template <class Incoming>
Incoming open_batch(const VirtualTrust& trust, const SealedBytes& sealed, std::optional<Instant> now,
                    Opening& opening) {
  Incoming incoming{*sealed, failure(v1::ErrorCode{}, "not opened")};
  incoming.opened = trust.open(incoming.bytes, now);
  ++opening.batches;
  opening.bytes += sealed_size(*sealed);
  return incoming;
}

}  // namespace gnc::scenarios
