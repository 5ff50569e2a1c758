#include "bench/event_queue.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

#include "proto/types/random.h"
#include "scenarios/virtual/event_queue.h"

namespace gnc::bench {
namespace {

using scenarios::EventQueue;
using scenarios::VirtualEvent;
using scenarios::VirtualTime;

// A balanced tree with the same order.
class TreeQueue {
 public:
  void push(VirtualTime at, VirtualEvent::Kind kind, std::uint32_t subject, std::uint64_t number) {
    events_.emplace(std::pair(at, next_), VirtualEvent{at, next_, number, subject, kind});
    ++next_;
  }
  VirtualEvent pop() { return events_.extract(events_.begin()).mapped(); }

 private:
  std::map<std::pair<VirtualTime, std::uint64_t>, VirtualEvent> events_;
  std::uint64_t next_ = 0;
};

// Events in a second. What is taken out goes into `sum`, so that no work is left out as unused.
template <class Queue>
double rate(std::size_t pending, double seconds, std::uint64_t& sum) {
  Queue queue;
  Random random(1);
  for (std::size_t i = 0; i < pending; ++i) {
    queue.push({static_cast<std::int64_t>(random.below(1'000'000))}, VirtualEvent::Kind::wake, 0, i);
  }
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t events = 0;
  double took = 0;
  while (took < seconds) {
    for (int i = 0; i < 100'000; ++i) {
      const VirtualEvent event = queue.pop();
      sum += event.number;
      const auto wait = static_cast<std::int64_t>(random.below(1'000'000));
      queue.push({event.at.nanoseconds + wait}, event.kind, 0, event.number);
    }
    events += 100'000;
    took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  return static_cast<double>(events) / took;
}

}  // namespace

Measurement measure_event_queue(double seconds) {
  Measurement measurement;
  std::uint64_t sum = 0;
  for (const std::size_t pending : {1'000u, 100'000u}) {
    const double own = rate<EventQueue>(pending, seconds / 4, sum);
    const double other = rate<TreeQueue>(pending, seconds / 4, sum);
    measurement.marks.push_back(
        {.name = fmt::format("events, {} pending", grouped(static_cast<double>(pending))),
         .value = grouped(own) + " /s",
         .reference = "std::map " + grouped(other) + " /s",
         .ratio = own / other});
    measurement.figures[fmt::format("events_per_second_{}_pending", pending)] = own;
  }
  measurement.figures["events_sum"] = sum;
  return measurement;
}

}  // namespace gnc::bench
