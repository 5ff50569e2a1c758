#include "scenarios/virtual/processors.h"

#include <algorithm>

namespace gnc::scenarios {
namespace {

// After which others have their turn: about what the kernel gives a thread before one that wakes pushes it
// aside.
constexpr std::uint64_t slice = 2'000'000;

VirtualTime later(VirtualTime now, std::uint64_t nanoseconds) {
  return now + VirtualTime{static_cast<std::int64_t>(nanoseconds)};
}

}  // namespace

void Processors::run(VirtualTime now, std::uint64_t nanoseconds, bool sleeps, VirtualEvent::Kind kind,
                     std::uint32_t subject, std::uint64_t number) {
  const std::uint64_t waking = sleeps && costs_.wake.back() > 0 ? drawn(costs_.wake, chance_) : 0;
  if (costs_.cores == 0) return queue_.push(later(now, waking + nanoseconds), kind, subject, number);
  const std::uint64_t slot = works_.put({nanoseconds, kind, subject, number});
  if (waking == 0) return make_ready(now, slot);
  queue_.push(later(now, waking), VirtualEvent::Kind::thread_ready, 0, slot);
}

void Processors::handle(const VirtualEvent& event) {
  if (event.kind == VirtualEvent::Kind::thread_ready) return make_ready(event.at, event.number);
  const std::uint16_t processor = works_.at(event.number).processor;
  queue_.move_to(processor);
  busy_[processor] = false;
  if (works_.at(event.number).left == 0) {
    const Work done = works_.take(event.number);
    queue_.push(event.at, done.kind, done.subject, done.number);
  } else {
    ready_.push_back(event.number);
  }
  const auto next = std::ranges::find_if(ready_, [this, processor](std::uint64_t slot) {
    const Work& work = works_.at(slot);
    return !work.stays || work.processor == processor;
  });
  if (next == ready_.end()) return;
  const std::uint64_t slot = *next;
  ready_.erase(next);
  give_slice(event.at, slot, processor);
}

void Processors::make_ready(VirtualTime now, std::uint64_t slot) {
  Work& work = works_.at(slot);
  work.processor = queue_.processor();
  if (!busy_[work.processor]) return give_slice(now, slot, work.processor);
  work.stays = costs_.stay > 0 && chance_.below(MachineCosts::threads_counted) < costs_.stay;
  const auto idle = std::ranges::find(busy_, false);
  if (work.stays || idle == busy_.end()) return ready_.push_back(slot);
  give_slice(now, slot, static_cast<std::uint16_t>(idle - busy_.begin()));
}

void Processors::give_slice(VirtualTime now, std::uint64_t slot, std::uint16_t processor) {
  busy_[processor] = true;
  Work& work = works_.at(slot);
  work.processor = processor;
  const std::uint64_t length = std::min(work.left, slice);
  work.left -= length;
  queue_.push(later(now, length), VirtualEvent::Kind::slice_over, 0, slot);
}

}  // namespace gnc::scenarios
