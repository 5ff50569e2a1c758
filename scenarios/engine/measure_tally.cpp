#include "scenarios/engine/measure_tally.h"

#include <algorithm>
#include <set>

namespace gnc::scenarios {
namespace {

using End = ExchangeTrack::End;
using Fate = LodgementTable::Fate;
using Row = LodgementTable::Row;

double seconds(Duration duration) { return static_cast<double>(duration.microseconds) / 1e6; }

}  // namespace

void StageHistograms::add(const LodgementTimes& times) {
  const std::int64_t waited = times.sent.known() ? times.sent.value().microseconds : 0;
  if (times.sent.known()) lag.record(waited);
  for (std::size_t i = 0; i < measured_stages.size(); ++i) {
    const CompactDuration time = times.*measured_stages[i].time;
    if (!time.known()) continue;
    intended[i].record(time.value().microseconds);
    if (times.sent.known()) sent[i].record(time.value().microseconds - waited);
  }
}

void StageHistograms::clear() {
  for (HdrHistogram& histogram : intended) histogram.clear();
  for (HdrHistogram& histogram : sent) histogram.clear();
  lag.clear();
}

StageLatencies StageHistograms::summary(const std::array<HdrHistogram, measured_stages.size()>& histograms) {
  StageLatencies latencies;
  for (std::size_t i = 0; i < measured_stages.size(); ++i) {
    latencies.*measured_stages[i].summary = LatencySummary::of(histograms[i]);
  }
  return latencies;
}

void MeasuredRates::add(const LodgementTimes& times) {
  first_ = intended_ == 0 ? times.intended : std::min(first_, times.intended);
  last_ = intended_ == 0 ? times.intended : std::max(last_, times.intended);
  ++intended_;
  if (!times.ended.known()) return;
  ++ended_;
  last_end_ = std::max(last_end_, times.intended + times.ended.value());
}

double MeasuredRates::asked() const {
  return intended_ < 2 || last_ == first_ ? 0 : static_cast<double>(intended_ - 1) / seconds(last_ - first_);
}

double MeasuredRates::got() const {
  return ended_ == 0 || last_end_ <= first_ ? 0 : static_cast<double>(ended_) / seconds(window());
}

std::vector<MeasuredSelection> all_selections(const ExchangeLedger& ledger, const MeasureSettings& settings) {
  std::vector<MeasuredSelection> all;
  std::set<std::string> workloads, senders, recipients;
  for (BatchIndex index = 0; index < ledger.batches(); ++index) {
    const ExchangeLedger::Batch& batch = ledger.batch(index);
    senders.insert(batch.from);
    recipients.insert(batch.to);
    if (workloads.insert(batch.name).second) all.push_back({"workload", batch.name, batch.name, {}, {}, {}});
  }
  for (const std::string& party : senders) all.push_back({"from", party, {}, party, {}, {}});
  for (const std::string& party : recipients) all.push_back({"to", party, {}, {}, party, {}});
  for (const MeasuredPhase& phase : settings.phases)
    all.push_back({"phase", phase.name, {}, {}, {}, phase.name});
  for (const MeasuredSelection& selection : settings.selections) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const MeasuredSelection& other) {
      return other.kind == selection.kind && other.name == selection.name;
    });
    if (!known) all.push_back(selection);
  }
  return all;
}

Selector::Selector(const ExchangeLedger& ledger, const MeasureSettings& settings,
                   const MeasuredSelection& selection)
    : ledger_(&ledger), selection_(selection), from_{INT64_MIN}, to_{INT64_MAX} {
  if (!selection.phase) return;
  has_phase_ = true;
  // Of a phase that has not come, nothing.
  from_ = to_ = settings.ended;
  for (const MeasuredPhase& phase : settings.phases) {
    if (phase.name != *selection.phase) continue;
    from_ = settings.origin + phase.from;
    to_ = phase.to ? settings.origin + *phase.to : std::max(settings.ended, from_);
  }
}

bool Selector::takes_batch(BatchIndex batch) {
  while (batches_.size() <= batch) {
    const ExchangeLedger::Batch& next = ledger_->batch(static_cast<BatchIndex>(batches_.size()));
    const auto is = [](const std::optional<std::string>& wanted, const std::string& name) {
      return !wanted || *wanted == name;
    };
    batches_.push_back(is(selection_.workload, next.name) && is(selection_.from, next.from) &&
                       is(selection_.to, next.to));
  }
  return batches_[batch];
}

void count_row(ExchangeCounts& counts, const Row& row) {
  if (row.fate == Fate::planned) return;
  if (row.fate == Fate::suppressed) {
    ++counts.duplicates_suppressed;
    return;
  }
  ++counts.submitted;
  counts.refused += row.fate == Fate::refused_outright || row.end == End::refused;
  counts.admitted += row.admitted.known();
  counts.delivered += row.delivered.known();
  counts.processed += row.end == End::processed;
  counts.expired += row.end == End::expired;
  counts.dead_lettered += row.end == End::dead_lettered;
  counts.open += !row.is_over();
}

void add_start(GeneratorReport& generator, const Row& row) {
  if (!row.sent.known()) {
    ++generator.dropped;
    return;
  }
  ++generator.starts;
  if (row.sent.value() > most_lag) ++generator.late;
}

void SliceTally::add(Selector& selector, const Row& row, const Kind& kind) {
  if (!selector.takes_batch(row.batch)) return;
  const bool within = selector.takes_time(row.intended);
  if (selector.has_phase() && kind.in_rates) {
    // What a phase got is what came to its end in it, whenever that was intended.
    phase_intended_ += within;
    phase_ended_ += row.ended.known() && selector.takes_time(row.intended + row.ended.value());
  }
  if (!within) return;
  count_row(exchange_, row);
  if (!kind.counts) return;
  histograms_.add(row);
  if (kind.of_workload) rates_.add(row);
}

SliceRow SliceTally::row(const MeasuredSelection& selection, const Selector& selector) const {
  SliceRow row;
  row.kind = selection.kind;
  row.name = selection.name;
  row.exchange = exchange_;
  row.latency = StageHistograms::summary(histograms_.intended);
  if (selector.has_phase()) {
    const double length = selector.phase_seconds();
    row.rate_asked = length > 0 ? static_cast<double>(phase_intended_) / length : 0;
    row.rate_got = length > 0 ? static_cast<double>(phase_ended_) / length : 0;
  } else {
    row.rate_asked = rates_.asked();
    row.rate_got = rates_.got();
  }
  return row;
}

}  // namespace gnc::scenarios
