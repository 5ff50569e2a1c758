#pragma once

#include <cstdint>
#include <utility>

#include "proto/types/instant.h"
#include "scenarios/virtual/cost_profile.h"
#include "scenarios/virtual/event_queue.h"
#include "scenarios/virtual/processors.h"

namespace gnc::scenarios {

// What all parts of a virtual world share: the time, what is yet to happen, and what things cost.
struct Simulation {
  Simulation(Instant from, CostProfile profile, Random chance)
      : start(from), costs(std::move(profile)), processors(queue, costs.machine, chance) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  const Instant start;  // of the run, by a clock that is right
  const CostProfile costs;
  EventQueue queue;
  Processors processors;
  VirtualTime now;
  std::uint64_t events = 0;  // that have happened

  Instant clock() const { return {start.microseconds + now.nanoseconds / 1000}; }
  // Work beside the processes', with which nothing is waited for.
  void occupy(std::uint64_t nanoseconds) {
    if (nanoseconds > 0) processors.run(now, nanoseconds, false, VirtualEvent::Kind::idle_work_done, 0, 0);
  }
  // When a clock that is right shows `instant`.
  VirtualTime time_of(Instant instant) const { return {(instant.microseconds - start.microseconds) * 1000}; }
  void after(std::uint64_t nanoseconds, VirtualEvent::Kind kind, std::uint32_t subject,
             std::uint64_t number) {
    queue.push({now.nanoseconds + static_cast<std::int64_t>(nanoseconds)}, kind, subject, number);
  }
};

}  // namespace gnc::scenarios
