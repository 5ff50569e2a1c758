#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "proto/types/instant.h"

namespace gnc::scenarios {

// Nanoseconds since a virtual run began: finer than an Instant, since a service may take less than a
// microsecond, and thousands of them must not be rounded away.
struct VirtualTime {
  std::int64_t nanoseconds = 0;

  static constexpr VirtualTime of(Duration duration) { return {duration.microseconds * 1000}; }
  constexpr auto operator<=>(const VirtualTime&) const = default;
  constexpr VirtualTime operator+(VirtualTime other) const { return {nanoseconds + other.nanoseconds}; }
  constexpr VirtualTime operator-(VirtualTime other) const { return {nanoseconds - other.nanoseconds}; }
};

// Whom an event concerns and what it is; `subject` and `number` mean what its owner says.
struct VirtualEvent {
  enum class Kind : std::uint8_t {
    link_arrival,       // subject: party; number: slot of the message
    redial,             // subject: party; number: which attempt, and whether it is at its end
    line_free,          // subject: party; number: which line, and for which of its turns
    frame_opened,       // subject: process; number: slot of what was opened
    stepped,            // subject: process; number: its start
    written,            // subject: process; number: its start; the disk is yet to say that it is durable
    committed,          // subject: process; number: its start
    sent,               // subject: process; number: its start; what follows from a commit has been done
    thread_ready,       // number: slot of the work that waits for a processor
    slice_over,         // number: slot of the work that had a processor
    lodging,            // subject: party; number: slot of the lodgement, which its node now hears of
    idle_work_done,     // nobody: it only kept a processor busy
    wake,               // subject: process; number: its start
    process_start,      // subject: process; number: its start
    fault_begins,       // subject: fault
    fault_ends,         // subject: fault
    link_flaps,         // subject: fault; number: 1 down, 0 up
    trust_check,        // nobody: what was withdrawn takes effect
    workload_arrival,   // subject: workload
    agreements_change,  // nobody
    bare_connects,      // subject: party
    timer,              // subject: process; number: its start, and what it asked for
  };
  VirtualTime at;
  std::uint64_t sequence = 0;
  std::uint64_t number = 0;
  std::uint32_t subject = 0;
  Kind kind{};
  std::uint16_t processor = 0;  // that it happens at: the one of the event that caused it
};

// What is yet to happen, soonest first; of the same time, what was put in first. A binary heap of plain
// events: small and without allocations as long as each source has but its next event in it.
class EventQueue {
 public:
  void push(VirtualTime at, VirtualEvent::Kind kind, std::uint32_t subject, std::uint64_t number) {
    heap_.push_back({at, next_sequence_++, number, subject, kind, processor_});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  VirtualEvent pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const VirtualEvent first = heap_.back();
    heap_.pop_back();
    processor_ = first.processor;
    return first;
  }
  // Of the event that happens now, and of those that it causes.
  std::uint16_t processor() const { return processor_; }
  void move_to(std::uint16_t processor) { processor_ = processor; }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  const VirtualEvent& first() const { return heap_.front(); }

 private:
  static bool later(const VirtualEvent& a, const VirtualEvent& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }

  std::vector<VirtualEvent> heap_;
  std::uint64_t next_sequence_ = 0;
  std::uint16_t processor_ = 0;
};

// Things on their way, by number; numbers are used again.
template <class T>
class Slots {
 public:
  std::uint64_t put(T thing) {
    if (free_.empty()) {
      things_.push_back(std::move(thing));
      return things_.size() - 1;
    }
    const std::uint64_t slot = free_.back();
    free_.pop_back();
    things_[slot] = std::move(thing);
    return slot;
  }
  T& at(std::uint64_t slot) { return things_[slot]; }
  T take(std::uint64_t slot) {
    T thing = std::move(things_[slot]);
    things_[slot] = T{};
    free_.push_back(slot);
    return thing;
  }
  std::size_t size() const { return things_.size() - free_.size(); }

 private:
  std::vector<T> things_;
  std::vector<std::uint64_t> free_;
};

}  // namespace gnc::scenarios
