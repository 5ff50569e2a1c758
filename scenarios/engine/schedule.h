#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/types/random.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// When a workload means to lodge: an open model. The intended times follow from the schedule alone and
// never from how the system fares, so that a stall delays nothing but shows in every latency. A value that is
// taken from, one arrival after the other, each in constant time; a copy begins where the original is.
class Schedule {
 public:
  // All at once.
  static Schedule burst(std::uint64_t count);
  // `stream` draws the distances of Poisson arrivals, and nothing else.
  static Schedule of(const Arrivals&, Random stream);

  // How long after the start the next arrival is meant to happen, to the microsecond; never before the one
  // before it. Empty: there is none any more.
  std::optional<Duration> next() const { return next_; }
  void advance();
  // How many have been taken.
  std::uint64_t taken() const { return taken_; }

  // How many there will be in all: exactly, or with Poisson spacing and no count on average.
  double expected() const;
  // How long the arrivals take in all, on average; of a burst nothing.
  Duration length() const;
  // The rate that is asked for on average; zero for a burst.
  Rate mean_rate() const;

 private:
  // In a stage the rate goes in a straight line. `before` is how many arrivals all stages before have: the
  // integral of the rate, of which each arrival is a point.
  struct Stage {
    double begin = 0, length = 0;  // seconds; the last may have no end
    double from = 0, to = 0;       // arrivals a second
    double before = 0;
  };

  Schedule() : stream_(0) {}
  double whole_integral() const;
  // When the integral comes to `arrivals`, in seconds; empty where it never does.
  std::optional<double> time_of(double arrivals);
  void find_next();

  std::vector<Stage> stages_;  // none: all at once
  std::optional<std::uint64_t> count_;
  bool poisson_ = false;
  Random stream_;
  std::size_t at_ = 0;  // the stage of the next arrival
  double drawn_ = 0;    // Poisson: the integral at the next arrival
  std::uint64_t taken_ = 0;
  std::optional<Duration> next_;
};

// How long a workload goes on; unknown for users and bursts beyond the time they are given.
Duration length_of(const Workload&);

}  // namespace gnc::scenarios
