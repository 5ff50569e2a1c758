#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/engine/indicator_counter.h"
#include "scenarios/engine/measure_course.h"
#include "scenarios/engine/measure_settings.h"
#include "scenarios/engine/measure_tally.h"

namespace gnc::scenarios {

// What the lodgements add up to that a long run has let go of: a run's measures are made of this and of what
// its ledger still has. A warm-up that is yet to be found needs every lodgement, and so do pairs of
// consignments and the periods of a checklist: runs with those let go of none.
class FinishedMeasures {
 public:
  // One of those that measures are cut by.
  struct Slice {
    MeasuredSelection selection;
    Selector selector;
    SliceTally tally;
    ExchangeCounts exchange;  // as the ledger counts
    IndicatorSums indicators;
  };

  // `settings` are those of the run as it goes on: nothing of what they say of the time so far changes.
  FinishedMeasures(const ExchangeLedger&, MeasureSettings settings, bool has_workloads);

  // Phases have begun or ended.
  void know(MeasureSettings settings);
  // The ledger is about to forget this exchange, and its first lodgement.
  void take(const ExchangeTrack&);
  void take_first_lodgement();

  const StageHistograms& histograms() const { return histograms_; }
  const MeasuredRates& rates() const { return rates_; }
  const GeneratorReport& generator() const { return generator_; }
  const TimelineTally& timeline() const { return timeline_; }
  const LatencyLogTally& log() const { return log_; }
  const IndicatorSums& indicators() const { return indicators_; }
  // Null where nothing of it is finished.
  const Slice* slice(const MeasuredSelection&) const;
  const std::array<ObservationBatches, measured_stages.size()>& observations() const { return observations_; }
  // How many came to their end in each second since the first was intended: of the rates' kind.
  const std::vector<std::uint64_t>& ended() const { return ended_; }
  bool empty() const { return taken_ == 0; }

 private:
  void follow();
  const std::vector<std::uint32_t>& slices_of(BatchIndex);

  const ExchangeLedger& ledger_;
  MeasureSettings settings_;
  const bool has_workloads_;
  std::uint64_t taken_ = 0;
  std::vector<Slice> slices_;
  std::vector<std::vector<std::uint32_t>> of_batch_;
  StageHistograms histograms_;
  MeasuredRates rates_;
  GeneratorReport generator_;
  TimelineTally timeline_;
  LatencyLogTally log_;
  IndicatorSums indicators_;
  std::array<ObservationBatches, measured_stages.size()> observations_;
  std::vector<std::uint64_t> ended_;
};

// How many came to their end in each second since `first`.
void count_end(const LodgementTimes&, Instant first, std::vector<std::uint64_t>& ended);

}  // namespace gnc::scenarios
