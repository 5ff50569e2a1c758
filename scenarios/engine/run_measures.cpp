#include "scenarios/engine/run_measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "scenarios/engine/histogram_log.h"
#include "scenarios/engine/indicator_counter.h"
#include "scenarios/engine/measure_tally.h"
#include "scenarios/engine/statistics.h"

namespace gnc::scenarios {
namespace {

using Row = LodgementTable::Row;
using End = ExchangeTrack::End;

constexpr double interval_level = 0.95;
constexpr std::size_t interval_batches = 20;
// The rows of a day; a timeline of more is no picture.
constexpr std::int64_t most_seconds = 86'400;
constexpr std::int64_t second = 1'000'000;

constexpr double plotted[] = {0,    0.1,   0.2,   0.3,   0.4,    0.5,    0.6,     0.7,  0.75,
                              0.8,  0.85,  0.9,   0.925, 0.95,   0.96,   0.97,    0.98, 0.985,
                              0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 1};

double seconds(Duration duration) { return static_cast<double>(duration.microseconds) / 1e6; }

class Measuring {
 public:
  Measuring(const ExchangeLedger& ledger, const MeasureSettings& settings)
      : ledger_(ledger), settings_(settings), order_(ledger.lodgements().size()) {
    std::iota(order_.begin(), order_.end(), LodgementIndex{0});
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
    report.indicators = counter.count();
    report.slices = slices(counter);
    report.timeline = timeline();
    report.intervals = intervals(rates);
    report.sequences = ledger_.sequences();
  }

  std::string csv() const {
    StageHistograms histograms;
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
    const auto first =
        std::find_if(order_.begin(), order_.end(), [this](LodgementIndex i) { return counts(row(i)); });
    const Instant start = first == order_.end() ? settings_.origin : row(*first).intended;
    std::string text = histogram_log_header(start);
    StageHistograms histograms;
    std::int64_t current = 0;
    const auto write = [&] {
      const auto add = [&](std::string_view tag, const HdrHistogram& histogram) {
        if (histogram.count() == 0) return;
        text += histogram_log_line(tag, Duration{current * second}, Duration{second}, histogram);
      };
      for (std::size_t i = 0; i < measured_stages.size(); ++i) {
        add(measured_stages[i].tag, histograms.intended[i]);
        add(std::string(measured_stages[i].tag) + "-service", histograms.sent[i]);
      }
      add("lag", histograms.lag);
      histograms.clear();
    };
    for (auto at = first; at != order_.end(); ++at) {
      if (!counts(row(*at))) continue;
      const std::int64_t number = (row(*at).intended - start).microseconds / second;
      if (number != current) write();
      current = number;
      histograms.add(row(*at));
    }
    write();
    return text;
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
    const auto indicators = counter.count_by(tallies.size(), slices_of);
    std::vector<SliceRow> slices;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      slices.push_back(tallies[i].row(selections[i], selectors[i]));
      slices.back().exchange = exchanges[i];
      slices.back().indicators = indicators[i];
    }
    return slices;
  }

  // ---- Timeline ---------------------------------------------------------------------------------

  std::vector<TimelineRow> timeline() const {
    std::vector<TimelineRow> rows;
    // The row of that time; null before the beginning and after a day.
    const auto at = [&](Instant time) -> TimelineRow* {
      if (time < settings_.origin) return nullptr;
      const std::int64_t number = (time - settings_.origin).microseconds / second;
      if (number >= most_seconds) return nullptr;
      while (rows.size() <= static_cast<std::size_t>(number)) rows.push_back({.second = rows.size()});
      return &rows[static_cast<std::size_t>(number)];
    };
    std::vector<bool> refused(ledger_.lodgements().size());
    ledger_.exchanges().each([&](const Uuid&, const ExchangeTrack& track) {
      if (track.is_lodged() && track.end == End::refused) refused[track.lodgement] = true;
    });
    std::vector<double> delivered;
    std::size_t current = 0;
    const auto summarise = [&] {
      if (delivered.empty()) return;
      TimelineRow& row = rows[current];
      row.delivered_p50_ms = quantile_of(delivered, 0.5);
      row.delivered_p99_ms = quantile_of(delivered, 0.99);
      row.delivered_max_ms = *std::max_element(delivered.begin(), delivered.end());
      delivered.clear();
    };
    for (const LodgementIndex index : order_) {
      const Row& lodged = row(index);
      TimelineRow* intended = at(lodged.intended);
      if (intended == nullptr) continue;
      if (intended->second != current) summarise();
      current = intended->second;
      intended->asked += 1;
      if (lodged.delivered.known()) delivered.push_back(lodged.delivered.value().milliseconds());
      const auto count = [&](CompactDuration time, std::uint64_t TimelineRow::*member) {
        TimelineRow* happened = time.known() ? at(lodged.intended + time.value()) : nullptr;
        if (happened != nullptr) ++(happened->*member);
      };
      count(lodged.sent, &TimelineRow::sent);
      count(lodged.admitted, &TimelineRow::admitted);
      count(lodged.delivered, &TimelineRow::delivered);
      count(lodged.ended, &TimelineRow::ended);
      if (refused[index] || lodged.fate == LodgementTable::Fate::refused_outright) {
        count(lodged.ended, &TimelineRow::refused);
      }
    }
    summarise();
    return rows;
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

  std::vector<IntervalRow> intervals(const MeasuredRates& rates) const {
    std::vector<IntervalRow> rows;
    if (!has_workloads_) return rows;
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
  std::vector<LodgementIndex> order_;  // by the intended time
  bool has_workloads_ = false;
  WarmUpDecision warm_up_;
};

}  // namespace

WarmUpDecision decide_warm_up(const ExchangeLedger& ledger, const MeasureSettings& settings) {
  return Measuring(ledger, settings).warm_up();
}

void measure_run(const ExchangeLedger& ledger, const MeasureSettings& settings, const ConsignmentPairs& pairs,
                 RunReport& report) {
  Measuring(ledger, settings).fill(pairs, report);
}

std::string latency_csv(const ExchangeLedger& ledger, const MeasureSettings& settings) {
  return Measuring(ledger, settings).csv();
}

std::string latency_log(const ExchangeLedger& ledger, const MeasureSettings& settings) {
  return Measuring(ledger, settings).log();
}

}  // namespace gnc::scenarios
