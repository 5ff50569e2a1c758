#include "scenarios/engine/measure_course.h"

#include <algorithm>

#include "scenarios/engine/histogram_log.h"
#include "scenarios/engine/statistics.h"

namespace gnc::scenarios {
namespace {

constexpr std::int64_t most_seconds = 86'400;
constexpr std::int64_t second = 1'000'000;

}  // namespace

// ---- Timeline -----------------------------------------------------------------------------------

// The row of that time; null before the beginning and after a day.
TimelineRow* TimelineTally::at(Instant time) {
  if (time < origin_) return nullptr;
  const std::int64_t number = (time - origin_).microseconds / second;
  if (number >= most_seconds) return nullptr;
  while (rows_.size() <= static_cast<std::size_t>(number)) rows_.push_back({.second = rows_.size()});
  return &rows_[static_cast<std::size_t>(number)];
}

void TimelineTally::summarise(TimelineRow& row, std::vector<double>& delivered) {
  if (delivered.empty()) return;
  row.delivered_p50_ms = quantile_of(delivered, 0.5);
  row.delivered_p99_ms = quantile_of(delivered, 0.99);
  row.delivered_max_ms = *std::max_element(delivered.begin(), delivered.end());
}

void TimelineTally::add(const LodgementTimes& lodged, bool refused) {
  TimelineRow* intended = at(lodged.intended);
  if (intended == nullptr) return;
  if (intended->second != current_) {
    if (!delivered_.empty()) summarise(rows_[current_], delivered_);
    delivered_.clear();
    current_ = intended->second;
  }
  intended->asked += 1;
  if (lodged.delivered.known()) delivered_.push_back(lodged.delivered.value().milliseconds());
  const auto count = [&](CompactDuration time, std::uint64_t TimelineRow::*member) {
    TimelineRow* happened = time.known() ? at(lodged.intended + time.value()) : nullptr;
    if (happened != nullptr) ++(happened->*member);
  };
  count(lodged.sent, &TimelineRow::sent);
  count(lodged.admitted, &TimelineRow::admitted);
  count(lodged.delivered, &TimelineRow::delivered);
  count(lodged.ended, &TimelineRow::ended);
  if (refused) count(lodged.ended, &TimelineRow::refused);
}

std::vector<TimelineRow> TimelineTally::rows() const {
  std::vector<TimelineRow> rows = rows_;
  std::vector<double> delivered = delivered_;
  if (!delivered.empty()) summarise(rows[current_], delivered);
  return rows;
}

// ---- Log ----------------------------------------------------------------------------------------

void LatencyLogTally::write(std::string& lines) const {
  const auto add = [&](std::string_view tag, const HdrHistogram& histogram) {
    if (histogram.count() == 0) return;
    lines += histogram_log_line(tag, interval_ * current_, interval_, histogram);
  };
  for (std::size_t i = 0; i < measured_stages.size(); ++i) {
    add(measured_stages[i].tag, histograms_.intended[i]);
    add(std::string(measured_stages[i].tag) + "-service", histograms_.sent[i]);
  }
  add("lag", histograms_.lag);
}

void LatencyLogTally::add(const LodgementTimes& times) {
  if (!started_) start_ = times.intended;
  started_ = true;
  const std::int64_t number = (times.intended - start_).microseconds / interval_.microseconds;
  if (number != current_) {
    write(lines_);
    histograms_.clear();
  }
  current_ = number;
  histograms_.add(times);
}

std::string LatencyLogTally::text(Instant origin) const {
  std::string text = histogram_log_header(started_ ? start_ : origin);
  text += lines_;
  write(text);
  return text;
}

// ---- Intervals ----------------------------------------------------------------------------------

void ObservationBatches::add(std::int64_t microseconds) {
  all_.record(microseconds);
  filling_.record(microseconds);
  if (filling_.count() < size_) return;
  full_.push_back(std::move(filling_));
  filling_ = {};
  if (full_.size() < 2 * fewest) return;
  for (std::size_t i = 0; i < fewest; ++i) {
    HdrHistogram both = std::move(full_[2 * i]);
    both.merge(full_[2 * i + 1]);
    full_[i] = std::move(both);
  }
  full_.resize(fewest);
  size_ *= 2;
}

std::optional<IntervalRow> ObservationBatches::interval(std::string measure, double quantile,
                                                        double level) const {
  if (full_.size() < fewest || static_cast<double>(size_) * (1 - quantile) < 10) return std::nullopt;
  const auto at = [quantile](const HdrHistogram& histogram) {
    return static_cast<double>(histogram.value_at(quantile)) / 1e3;
  };
  std::vector<double> of_batches;
  for (const HdrHistogram& batch : full_) of_batches.push_back(at(batch));
  const Interval found = sectioned_interval(at(all_), of_batches, level);
  return IntervalRow{std::move(measure), found.value, std::max(found.low, 0.0),
                     found.high,         level,       of_batches.size()};
}

}  // namespace gnc::scenarios
