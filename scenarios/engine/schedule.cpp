#include "scenarios/engine/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gnc::scenarios {
namespace {

constexpr double no_end = std::numeric_limits<double>::infinity();

double seconds(Duration duration) { return static_cast<double>(duration.microseconds) / 1e6; }

// Exponential with mean 1: the distance of Poisson arrivals in a time in which one is due on average.
double draw_distance(Random& stream) {
  const double uniform = static_cast<double>(stream.next() >> 11) * 0x1p-53;  // [0, 1)
  return -std::log1p(-uniform);
}

}  // namespace

Schedule Schedule::burst(std::uint64_t count) {
  Schedule schedule;
  schedule.count_ = count;
  schedule.find_next();
  return schedule;
}

Schedule Schedule::of(const Arrivals& arrivals, Random stream) {
  Schedule schedule;
  schedule.count_ = arrivals.count;
  schedule.poisson_ = arrivals.spacing == Spacing::poisson;
  schedule.stream_ = stream;
  double begin = 0, before = 0;
  std::optional<double> rate;
  for (const RateStage& written : arrivals.stages) {
    Stage stage;
    stage.begin = begin;
    stage.before = before;
    stage.to = written.to.each_second;
    stage.from = written.from ? written.from->each_second : rate.value_or(stage.to);
    stage.length = written.length == Duration{} ? no_end : seconds(written.length);
    schedule.stages_.push_back(stage);
    begin += stage.length;
    before += (stage.from + stage.to) / 2 * stage.length;
    rate = stage.to;
  }
  if (schedule.poisson_) schedule.drawn_ = draw_distance(schedule.stream_);
  schedule.find_next();
  return schedule;
}

double Schedule::whole_integral() const {
  const Stage& last = stages_.back();
  return last.before + (last.from + last.to) / 2 * last.length;
}

std::optional<double> Schedule::time_of(double arrivals) {
  for (; at_ < stages_.size(); ++at_) {
    const Stage& stage = stages_[at_];
    const double in_stage = arrivals - stage.before;
    if (stage.length == no_end || stage.from == stage.to) {
      if (stage.to <= 0) continue;
      const double time = in_stage / stage.to;
      if (time < stage.length) return stage.begin + time;
      continue;
    }
    if (in_stage >= (stage.from + stage.to) / 2 * stage.length) continue;
    // from·t + slope/2·t² = in_stage, solved so that no two near numbers are subtracted.
    const double slope = (stage.to - stage.from) / stage.length;
    const double root = std::sqrt(std::max(0.0, stage.from * stage.from + 2 * slope * in_stage));
    const double sum = stage.from + root;
    return stage.begin + (sum > 0 ? 2 * in_stage / sum : 0);
  }
  return std::nullopt;
}

void Schedule::find_next() {
  next_.reset();
  if (count_ && taken_ >= *count_) return;
  if (stages_.empty()) {
    next_ = Duration{};
    return;
  }
  // Computed from the number of the arrival, so that rounding never adds up.
  const auto time = time_of(poisson_ ? drawn_ : static_cast<double>(taken_));
  if (time) next_ = Duration{std::llround(*time * 1e6)};
}

void Schedule::advance() {
  if (!next_) return;
  ++taken_;
  if (poisson_) drawn_ += draw_distance(stream_);
  find_next();
}

double Schedule::expected() const {
  const double most = count_ ? static_cast<double>(*count_) : no_end;
  if (stages_.empty()) return most;
  const double whole = whole_integral();
  return std::min(most, poisson_ ? whole : std::ceil(whole));
}

Duration Schedule::length() const {
  if (stages_.empty()) return {};
  const Stage& last = stages_.back();
  double length = last.begin + last.length;
  if (count_) {
    Schedule copy = *this;
    copy.at_ = 0;
    const auto reached = copy.time_of(static_cast<double>(*count_));
    if (reached) length = std::min(length, *reached);
  }
  return std::isfinite(length) ? Duration{std::llround(length * 1e6)} : Duration{};
}

Rate Schedule::mean_rate() const {
  const double time = seconds(length());
  return time > 0 ? Rate{expected() / time} : Rate{};
}

Duration length_of(const Workload& workload) {
  if (const auto* users = std::get_if<Users>(&workload.model)) return users->length;
  if (const auto* trade = std::get_if<Trade>(&workload.model)) return trade->length;
  if (const auto* arrivals = std::get_if<Arrivals>(&workload.model)) {
    return Schedule::of(*arrivals, Random(0)).length();
  }
  return {};
}

}  // namespace gnc::scenarios
