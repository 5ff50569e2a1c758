#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/measure_tally.h"

// What is measured of a run in its course: lodgements are added in the order of their intended times, each
// once, and need not be there afterwards.
namespace gnc::scenarios {

// Second by second; a day at most, since a timeline of more is no picture.
class TimelineTally {
 public:
  explicit TimelineTally(Instant origin) : origin_(origin) {}

  void add(const LodgementTimes&, bool refused);
  std::vector<TimelineRow> rows() const;

 private:
  TimelineRow* at(Instant);
  static void summarise(TimelineRow&, std::vector<double>& delivered);

  Instant origin_;
  std::vector<TimelineRow> rows_;
  std::size_t current_ = 0;        // the second of the last that was added
  std::vector<double> delivered_;  // in milliseconds, of those intended in it
};

// The lines of latency.hlog, one for each tag and interval of the intended time.
class LatencyLogTally {
 public:
  explicit LatencyLogTally(Duration interval) : interval_(interval) {}

  void add(const LodgementTimes&);
  // With the log's header; `origin` is its start where nothing was added.
  std::string text(Instant origin) const;

 private:
  void write(std::string& lines) const;

  Duration interval_;
  Instant start_;
  bool started_ = false;
  std::int64_t current_ = 0;
  StageHistograms histograms_;  // of the current interval
  std::string lines_;           // of those before it
};

// Successive observations in batches of the same size, of which there are 20 to 39 once there are as many
// observations: when they become 40 each two are made one. The last, which is not full, is left out.
class ObservationBatches {
 public:
  static constexpr std::size_t fewest = 20;

  void add(std::int64_t microseconds);
  // Of a quantile, with its interval by sectioning; empty where the batches are too small for it.
  std::optional<IntervalRow> interval(std::string measure, double quantile, double level) const;

 private:
  std::vector<HdrHistogram> full_;
  HdrHistogram filling_;
  HdrHistogram all_;
  std::uint64_t size_ = 1;  // of a batch
};

}  // namespace gnc::scenarios
