#pragma once

#include <cstdint>

#include "proto/types/instant.h"
#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {

// When a workload means to lodge: an open model. The intended times follow from the schedule alone and
// never from how the system fares, so that a stall delays nothing but shows in every latency.
class Schedule {
 public:
  // `count` arrivals at a constant rate, the first at once.
  static Schedule constant(Rate rate, std::uint64_t count) { return Schedule(rate, count); }
  // As many arrivals as begin before `length` is over.
  static Schedule constant_for(Rate rate, Duration length);
  // All at once.
  static Schedule burst(std::uint64_t count) { return Schedule(Rate{}, count); }

  std::uint64_t count() const { return count_; }
  // How long after the start arrival `index` is meant to happen. Computed from the index, so that rounding
  // never adds up.
  Duration intended(std::uint64_t index) const;
  // How many arrivals are meant to have happened `after` the start.
  std::uint64_t due(Duration after) const;

 private:
  Schedule(Rate rate, std::uint64_t count) : rate_(rate), count_(count) {}
  Rate rate_;  // zero: all at once
  std::uint64_t count_;
};

}  // namespace gnc::scenarios
