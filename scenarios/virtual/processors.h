#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "scenarios/virtual/cost_profile.h"
#include "scenarios/virtual/event_queue.h"

namespace gnc::scenarios {

// The processors of the machine, which all processes share: what is ready runs in turn, a slice at a time.
// What becomes ready is put at the processor of what made it so. Where that is busy, it takes one that is
// idle, or stays and waits, as often as the costs say. With `cores` 0 nothing waits.
class Processors {
 public:
  Processors(EventQueue& queue, const MachineCosts& costs, Random chance)
      : queue_(queue), costs_(costs), chance_(chance), busy_(costs.cores) {}

  // The event happens when its thread has had so many nanoseconds of a processor. One that sleeps is woken
  // first.
  void run(VirtualTime now, std::uint64_t nanoseconds, bool sleeps, VirtualEvent::Kind kind,
           std::uint32_t subject, std::uint64_t number);
  // Events of the kinds thread_ready and slice_over.
  void handle(const VirtualEvent&);

 private:
  struct Work {
    std::uint64_t left = 0;
    VirtualEvent::Kind kind{};
    std::uint32_t subject = 0;
    std::uint64_t number = 0;
    std::uint16_t processor = 0;
    bool stays = false;  // at it
  };
  void make_ready(VirtualTime now, std::uint64_t slot);
  void give_slice(VirtualTime now, std::uint64_t slot, std::uint16_t processor);

  EventQueue& queue_;
  const MachineCosts& costs_;
  Random chance_;
  Slots<Work> works_;
  std::deque<std::uint64_t> ready_;
  std::vector<bool> busy_;
};

}  // namespace gnc::scenarios
