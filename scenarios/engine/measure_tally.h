#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/hdr_histogram.h"
#include "scenarios/engine/measure_settings.h"
#include "scenarios/engine/report.h"

// What lodgements add up to, for a report and for its slices.
namespace gnc::scenarios {

struct MeasuredStage {
  std::string_view tag;      // "delivered"
  std::string_view measure;  // "delivery"
  CompactDuration LodgementTimes::*time;
  LatencySummary StageLatencies::*summary;
};
constexpr std::array<MeasuredStage, 3> measured_stages{
    {{"admitted", "admission", &LodgementTimes::admitted, &StageLatencies::admitted},
     {"delivered", "delivery", &LodgementTimes::delivered, &StageLatencies::delivered},
     {"processed", "processing", &LodgementTimes::processed, &StageLatencies::processed}}};

struct StageHistograms {
  std::array<HdrHistogram, measured_stages.size()> intended, sent;
  HdrHistogram lag;

  void add(const LodgementTimes&);
  void clear();
  static StageLatencies summary(const std::array<HdrHistogram, measured_stages.size()>&);
};

// How often something was intended and came to its end, in a second.
class MeasuredRates {
 public:
  void add(const LodgementTimes&);
  // From the first to the last: n starts have n - 1 spaces between them. All at once is no rate.
  double asked() const;
  double got() const;
  Instant first() const { return first_; }
  Duration window() const { return last_end_ - first_; }
  std::uint64_t ended() const { return ended_; }

 private:
  Instant first_, last_, last_end_;
  std::uint64_t intended_ = 0, ended_ = 0;
};

// Each workload and lodge step, sender, recipient and phase, and what else is to be measured.
std::vector<MeasuredSelection> all_selections(const ExchangeLedger&, const MeasureSettings&);

// Which lodgements a selection is of.
class Selector {
 public:
  Selector(const ExchangeLedger&, const MeasureSettings&, const MeasuredSelection&);

  bool takes_batch(BatchIndex batch);
  bool takes_time(Instant at) const { return at >= from_ && at < to_; }
  bool has_phase() const { return has_phase_; }
  double phase_seconds() const { return static_cast<double>((to_ - from_).microseconds) / 1e6; }

 private:
  const ExchangeLedger* ledger_;
  MeasuredSelection selection_;
  std::vector<bool> batches_;  // those seen so far
  Instant from_, to_;
  bool has_phase_ = false;
};

// What a slice's lodgements add up to.
class SliceTally {
 public:
  // `counts` says of one that it is no part of a warm-up, `of_workload` that it is a workload's, `in_rates`
  // that rates are of its kind.
  struct Kind {
    bool counts, of_workload, in_rates;
  };
  void add(Selector&, const LodgementTable::Row&, const Kind&);
  // Counts are as far as the rows know.
  SliceRow row(const MeasuredSelection&, const Selector&) const;
  const StageHistograms& histograms() const { return histograms_; }

 private:
  ExchangeCounts exchange_;
  StageHistograms histograms_;
  MeasuredRates rates_;
  std::uint64_t phase_intended_ = 0, phase_ended_ = 0;
};

// Adds one lodgement, by what its row knows.
void count_row(ExchangeCounts&, const LodgementTable::Row&);
// Adds one start of a workload, and whether it was late.
void add_start(GeneratorReport&, const LodgementTable::Row&);

}  // namespace gnc::scenarios
