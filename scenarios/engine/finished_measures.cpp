#include "scenarios/engine/finished_measures.h"

#include <algorithm>
#include <utility>

namespace gnc::scenarios {
namespace {

using Row = LodgementTable::Row;
using End = ExchangeTrack::End;

bool is_same(const MeasuredSelection& one, const MeasuredSelection& other) {
  return one.kind == other.kind && one.name == other.name;
}

// A phase that is still open takes whatever is yet to come.
MeasureSettings going_on(MeasureSettings settings) {
  settings.ended = {INT64_MAX / 2};
  return settings;
}

}  // namespace

void count_end(const LodgementTimes& times, Instant first, std::vector<std::uint64_t>& ended) {
  if (!times.ended.known()) return;
  const auto at =
      static_cast<std::size_t>((times.intended + times.ended.value() - first).microseconds / 1'000'000);
  if (at >= ended.size()) ended.resize(at + 1);
  ++ended[at];
}

FinishedMeasures::FinishedMeasures(const ExchangeLedger& ledger, MeasureSettings settings, bool has_workloads)
    : ledger_(ledger),
      settings_(going_on(std::move(settings))),
      has_workloads_(has_workloads),
      timeline_(settings_.origin),
      log_(settings_.log_interval) {}

void FinishedMeasures::know(MeasureSettings settings) {
  settings_ = going_on(std::move(settings));
  of_batch_.clear();
}

void FinishedMeasures::follow() {
  for (const MeasuredSelection& selection : all_selections(ledger_, settings_)) {
    Selector selector(ledger_, settings_, selection);
    const auto known = std::ranges::find_if(
        slices_, [&](const Slice& slice) { return is_same(slice.selection, selection); });
    if (known == slices_.end()) {
      slices_.push_back({selection, std::move(selector), {}, {}, {}});
    } else {
      known->selector = std::move(selector);
    }
  }
  of_batch_.assign(ledger_.batches(), {});
  for (std::uint32_t i = 0; i < slices_.size(); ++i) {
    for (BatchIndex batch = 0; batch < of_batch_.size(); ++batch) {
      if (slices_[i].selector.takes_batch(batch)) of_batch_[batch].push_back(i);
    }
  }
}

const std::vector<std::uint32_t>& FinishedMeasures::slices_of(BatchIndex batch) {
  if (of_batch_.size() != ledger_.batches()) follow();
  return of_batch_[batch];
}

void FinishedMeasures::take(const ExchangeTrack& track) {
  if (!track.is_lodged()) return;
  const Row& row = ledger_.lodgements()[track.lodgement];
  for (const std::uint32_t i : slices_of(row.batch)) {
    Slice& slice = slices_[i];
    if (slice.selector.takes_time(row.intended)) ExchangeLedger::add_track(slice.exchange, track);
  }
}

void FinishedMeasures::take_first_lodgement() {
  ++taken_;
  const LodgementIndex index = ledger_.lodgements().first();
  const Row& row = ledger_.lodgements()[index];
  const bool of_workload = ledger_.batch(row.batch).workload;
  const bool given = settings_.warm_up.kind == MeasuredWarmUp::Kind::given;
  const Instant warm = given ? settings_.origin + settings_.warm_up.length : settings_.origin;
  const SliceTally::Kind kind{!of_workload || row.intended >= warm, of_workload,
                              !has_workloads_ || of_workload};
  if (kind.counts) {
    histograms_.add(row);
    log_.add(row);
    if (kind.in_rates) {
      rates_.add(row);
      count_end(row, rates_.first(), ended_);
    }
    if (of_workload) {
      add_start(generator_, row);
      for (std::size_t i = 0; i < measured_stages.size(); ++i) {
        const CompactDuration time = row.*measured_stages[i].time;
        if (time.known()) observations_[i].add(time.value().microseconds);
      }
    }
  }
  timeline_.add(row, row.end == End::refused || row.fate == LodgementTable::Fate::refused_outright);
  const bool indicated = counts_for_indicators(ledger_, row);
  if (indicated) add_indicators(ledger_, index, nullptr, row.arrived, settings_.real_time, indicators_);
  for (const std::uint32_t i : slices_of(row.batch)) {
    Slice& slice = slices_[i];
    slice.tally.add(slice.selector, row, kind);
    if (!slice.selector.takes_time(row.intended)) continue;
    ExchangeLedger::add_fate(slice.exchange, row);
    ledger_.add_rare(slice.exchange, index);
    if (indicated) {
      add_indicators(ledger_, index, nullptr, row.arrived, settings_.real_time, slice.indicators);
    }
  }
}

const FinishedMeasures::Slice* FinishedMeasures::slice(const MeasuredSelection& selection) const {
  const auto found =
      std::ranges::find_if(slices_, [&](const Slice& slice) { return is_same(slice.selection, selection); });
  return found == slices_.end() ? nullptr : &*found;
}

}  // namespace gnc::scenarios
