#include "scenarios/engine/run_measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "scenarios/engine/indicator_counter.h"
#include "scenarios/engine/measure_tally.h"
#include "scenarios/engine/statistics.h"

namespace gnc::scenarios {
namespace {

using Row = LodgementTable::Row;
using End = ExchangeTrack::End;

constexpr double interval_level = 0.95;
constexpr std::size_t interval_batches = 20;

constexpr double plotted[] = {0,    0.1,   0.2,   0.3,   0.4,    0.5,    0.6,     0.7,  0.75,
                              0.8,  0.85,  0.9,   0.925, 0.95,   0.96,   0.97,    0.98, 0.985,
                              0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 1};

double seconds(Duration duration) { return static_cast<double>(duration.microseconds) / 1e6; }

class Measuring {
 public:
  Measuring(const ExchangeLedger& ledger, const MeasureSettings& settings, const FinishedMeasures* finished)
      : ledger_(ledger),
        settings_(settings),
        finished_(finished != nullptr && !finished->empty() ? finished : nullptr),
        order_(ledger.lodgements().rows().size()) {
    std::iota(order_.begin(), order_.end(), ledger.lodgements().first());
    std::stable_sort(order_.begin(), order_.end(), [this](LodgementIndex one, LodgementIndex other) {
      return row(one).intended < row(other).intended;
    });
    for (BatchIndex index = 0; index < ledger.batches(); ++index)
      has_workloads_ |= ledger.batch(index).workload;
    warm_up_ = decide();
  }

  const WarmUpDecision& warm_up() const { return warm_up_; }

  void fill(const ConsignmentPairs& pairs, RunReport& report) const {
    report.warm_up_s = seconds(warm_up_.end - settings_.origin);
    report.warm_up = warm_up_.how;
    StageHistograms histograms;
    MeasuredRates rates;
    if (finished_ != nullptr) {
      histograms = finished_->histograms();
      rates = finished_->rates();
      report.generator = finished_->generator();
    }
    for (const LodgementIndex index : order_) {
      if (!counts(row(index))) continue;
      histograms.add(row(index));
      if (in_rates(row(index))) rates.add(row(index));
      if (is_workload(row(index))) add_start(report.generator, row(index));
    }
    report.latency = StageHistograms::summary(histograms.intended);
    report.service = StageHistograms::summary(histograms.sent);
    report.lag = LatencySummary::of(histograms.lag);
    report.rate_asked = has_workloads_ ? rates.asked() : 0;
    report.rate_got = rates.got();
    const IndicatorCounter counter(ledger_, pairs, settings_.real_time);
    report.indicators = counter.count(finished_ == nullptr ? IndicatorSums() : finished_->indicators());
    report.slices = slices(counter);
    report.timeline = timeline();
    report.intervals = intervals(rates);
    report.sequences = ledger_.sequences();
  }

  std::string csv() const {
    StageHistograms histograms;
    if (finished_ != nullptr) histograms = finished_->histograms();
    for (const Row& row : ledger_.lodgements().rows()) {
      if (counts(row)) histograms.add(row);
    }
    std::string text = "clock,stage,quantile,milliseconds,count\n";
    const auto add = [&text](std::string_view clock, std::string_view stage, const HdrHistogram& histogram) {
      if (histogram.count() == 0) return;
      for (const double quantile : plotted) {
        text += fmt::format("{},{},{},{:.3f},{}\n", clock, stage, quantile,
                            static_cast<double>(histogram.value_at(quantile)) / 1e3, histogram.count());
      }
    };
    for (const auto& [clock, of] :
         {std::pair("intended", &histograms.intended), {"sent", &histograms.sent}}) {
      for (std::size_t i = 0; i < measured_stages.size(); ++i) add(clock, measured_stages[i].tag, (*of)[i]);
    }
    add("intended", "sent", histograms.lag);
    return text;
  }

  std::string log() const {
    LatencyLogTally tally = finished_ == nullptr ? LatencyLogTally(settings_.log_interval) : finished_->log();
    for (const LodgementIndex index : order_) {
      if (counts(row(index))) tally.add(row(index));
    }
    return tally.text(settings_.origin);
  }

 private:
  const Row& row(LodgementIndex index) const { return ledger_.lodgements()[index]; }
  bool is_workload(const Row& row) const { return ledger_.batch(row.batch).workload; }
  bool counts(const Row& row) const { return !is_workload(row) || row.intended >= warm_up_.end; }
  // Rates are those of the workloads, where there are any.
  bool in_rates(const Row& row) const { return !has_workloads_ || is_workload(row); }

  WarmUpDecision decide() const {
    using Kind = MeasuredWarmUp::Kind;
    if (settings_.warm_up.kind == Kind::none) return {settings_.origin, "none"};
    if (settings_.warm_up.kind == Kind::given) return {settings_.origin + settings_.warm_up.length, "given"};
    std::vector<double> latencies;
    std::vector<Instant> intended;
    for (const LodgementIndex index : order_) {
      if (!is_workload(row(index)) || !row(index).delivered.known()) continue;
      latencies.push_back(row(index).delivered.value().milliseconds());
      intended.push_back(row(index).intended);
    }
    const auto cut = mser5_cut(latencies);
    if (!cut) return {settings_.origin, "not found by MSER-5: the run is too short, or never became steady"};
    return {*cut == 0 ? settings_.origin : intended[*cut], "found by MSER-5"};
  }

  // ---- Slices -----------------------------------------------------------------------------------

  std::vector<SliceRow> slices(const IndicatorCounter& counter) const {
    const std::vector<MeasuredSelection> selections = all_selections(ledger_, settings_);
    std::vector<Selector> selectors;
    selectors.reserve(selections.size());
    for (const MeasuredSelection& selection : selections)
      selectors.emplace_back(ledger_, settings_, selection);
    // A lodgement is in few of the slices of a world.
    std::vector<std::vector<std::uint32_t>> of_batch(ledger_.batches());
    for (std::uint32_t i = 0; i < selectors.size(); ++i) {
      for (BatchIndex batch = 0; batch < of_batch.size(); ++batch) {
        if (selectors[i].takes_batch(batch)) of_batch[batch].push_back(i);
      }
    }
    std::vector<SliceTally> tallies(selections.size());
    std::vector<ExchangeCounts> finished(selections.size());
    std::vector<IndicatorSums> sums(selections.size());
    for (std::size_t i = 0; finished_ != nullptr && i < selections.size(); ++i) {
      const FinishedMeasures::Slice* slice = finished_->slice(selections[i]);
      if (slice == nullptr) continue;
      tallies[i] = slice->tally;
      finished[i] = slice->exchange;
      sums[i] = slice->indicators;
    }
    for (const Row& row : ledger_.lodgements().rows()) {
      const SliceTally::Kind kind{counts(row), is_workload(row), in_rates(row)};
      for (const std::uint32_t i : of_batch[row.batch]) tallies[i].add(selectors[i], row, kind);
    }
    std::vector<std::uint32_t> taking;
    const auto slices_of = [&](LodgementIndex index) -> std::span<const std::uint32_t> {
      taking.clear();
      for (const std::uint32_t i : of_batch[row(index).batch]) {
        if (selectors[i].takes_time(row(index).intended)) taking.push_back(i);
      }
      return taking;
    };
    // The whole of what is known, as that of the stores.
    const auto exchanges = ledger_.counts_by(tallies.size(), slices_of);
    const auto indicators = counter.count_by(std::move(sums), slices_of);
    std::vector<SliceRow> slices;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      slices.push_back(tallies[i].row(selections[i], selectors[i]));
      slices.back().exchange = exchanges[i];
      slices.back().exchange += finished[i];
      slices.back().indicators = indicators[i];
    }
    return slices;
  }

  // ---- Timeline ---------------------------------------------------------------------------------

  std::vector<TimelineRow> timeline() const {
    const LodgementIndex first = ledger_.lodgements().first();
    std::vector<bool> refused(order_.size());
    ledger_.exchanges().each([&](const Uuid&, const ExchangeTrack& track) {
      if (track.is_lodged() && track.end == End::refused) refused[track.lodgement - first] = true;
    });
    TimelineTally tally = finished_ == nullptr ? TimelineTally(settings_.origin) : finished_->timeline();
    for (const LodgementIndex index : order_) {
      const bool outright = row(index).fate == LodgementTable::Fate::refused_outright;
      tally.add(row(index), refused[index - first] || outright);
    }
    return tally.rows();
  }

  // ---- Intervals --------------------------------------------------------------------------------

  static IntervalRow interval_row(std::string measure, const Interval& interval) {
    return {std::move(measure), interval.value, std::max(interval.low, 0.0),
            interval.high,      interval_level, interval_batches};
  }

  // Of a quantile of a stage, where each batch has enough of them for its own.
  void add_quantile(std::vector<IntervalRow>& rows, std::vector<double> values, std::string measure,
                    double quantile) const {
    const std::size_t size = values.size() / interval_batches;
    if (static_cast<double>(size) * (1 - quantile) < 10) return;
    std::vector<double> of_batches;
    for (std::size_t batch = 0; batch < interval_batches; ++batch) {
      of_batches.push_back(quantile_of(std::span(values).subspan(batch * size, size), quantile));
    }
    const double estimate = quantile_of(values, quantile);
    rows.push_back(
        interval_row(std::move(measure), sectioned_interval(estimate, of_batches, interval_level)));
  }

  // Where not all are there any more.
  std::vector<IntervalRow> intervals_in_course(const MeasuredRates& rates) const {
    std::vector<IntervalRow> rows;
    auto observations = finished_->observations();
    std::vector<std::uint64_t> ended = finished_->ended();
    for (const LodgementIndex index : order_) {
      if (!is_workload(row(index)) || !counts(row(index))) continue;
      count_end(row(index), rates.first(), ended);
      for (std::size_t i = 0; i < measured_stages.size(); ++i) {
        const CompactDuration time = row(index).*measured_stages[i].time;
        if (time.known()) observations[i].add(time.value().microseconds);
      }
    }
    for (std::size_t i = 0; i < measured_stages.size(); ++i) {
      const std::string measure(measured_stages[i].measure);
      if (auto interval = observations[i].interval(measure + ".p50", 0.5, interval_level))
        rows.push_back(*interval);
      if (auto interval = observations[i].interval(measure + ".p99", 0.99, interval_level))
        rows.push_back(*interval);
    }
    if (rates.ended() < 10 * interval_batches || ended.size() < 10 * interval_batches) return rows;
    std::vector<double> of_batches(interval_batches);
    const double length = seconds(rates.window()) / interval_batches;
    for (std::size_t i = 0; i < ended.size(); ++i) {
      const auto batch = static_cast<std::size_t>((static_cast<double>(i) + 0.5) / length);
      of_batches[std::min(batch, interval_batches - 1)] += static_cast<double>(ended[i]) / length;
    }
    rows.push_back(interval_row("rate.got", mean_interval(of_batches, interval_level)));
    return rows;
  }

  std::vector<IntervalRow> intervals(const MeasuredRates& rates) const {
    std::vector<IntervalRow> rows;
    if (!has_workloads_) return rows;
    if (finished_ != nullptr) return intervals_in_course(rates);
    for (const MeasuredStage& stage : measured_stages) {
      std::vector<double> values;
      for (const LodgementIndex index : order_) {
        const CompactDuration time = row(index).*stage.time;
        if (is_workload(row(index)) && counts(row(index)) && time.known())
          values.push_back(time.value().milliseconds());
      }
      add_quantile(rows, values, std::string(stage.measure) + ".p50", 0.5);
      add_quantile(rows, values, std::string(stage.measure) + ".p99", 0.99);
    }
    if (rates.ended() < 10 * interval_batches || rates.window().microseconds <= 0) return rows;
    std::vector<double> of_batches(interval_batches);
    const double length = seconds(rates.window()) / interval_batches;
    for (const Row& lodged : ledger_.lodgements().rows()) {
      if (!is_workload(lodged) || !counts(lodged) || !lodged.ended.known()) continue;
      const double at = seconds(lodged.intended + lodged.ended.value() - rates.first()) / length;
      of_batches[std::min(static_cast<std::size_t>(at), interval_batches - 1)] += 1 / length;
    }
    rows.push_back(interval_row("rate.got", mean_interval(of_batches, interval_level)));
    return rows;
  }

  const ExchangeLedger& ledger_;
  const MeasureSettings& settings_;
  const FinishedMeasures* finished_;   // null: nothing is
  std::vector<LodgementIndex> order_;  // of those that the ledger has, by the intended time
  bool has_workloads_ = false;
  WarmUpDecision warm_up_;
};

}  // namespace

WarmUpDecision decide_warm_up(const ExchangeLedger& ledger, const MeasureSettings& settings) {
  return Measuring(ledger, settings, nullptr).warm_up();
}

void measure_run(const ExchangeLedger& ledger, const MeasureSettings& settings, const ConsignmentPairs& pairs,
                 RunReport& report, const FinishedMeasures* finished) {
  Measuring(ledger, settings, finished).fill(pairs, report);
}

std::string latency_csv(const ExchangeLedger& ledger, const MeasureSettings& settings,
                        const FinishedMeasures* finished) {
  return Measuring(ledger, settings, finished).csv();
}

std::string latency_log(const ExchangeLedger& ledger, const MeasureSettings& settings,
                        const FinishedMeasures* finished) {
  return Measuring(ledger, settings, finished).log();
}

}  // namespace gnc::scenarios
