#include "scenarios/engine/indicator_counter.h"

#include "scenarios/engine/hdr_histogram.h"

namespace gnc::scenarios {
namespace {

using Answer = LodgementTable::Answer;
using Clearing = ExchangeLedger::Clearing;
using End = ExchangeTrack::End;
using Fate = LodgementTable::Fate;
using Row = LodgementTable::Row;

struct Times {
  HdrHistogram closing, clearance, release;
};

bool is_well(End end) { return end == End::processed || end == End::delivered; }

bool needs_another_way(const Row& row) {
  return row.fate == Fate::refused_outright || row.end == End::refused || row.end == End::expired ||
         row.end == End::dead_lettered;
}

void add_clearing(const Row& row, const Clearing& clearing, IndicatorCounts& counts, Times& times) {
  counts.green += clearing.channel == v1::RISK_CHANNEL_GREEN;
  counts.yellow += clearing.channel == v1::RISK_CHANNEL_YELLOW;
  counts.red += clearing.channel == v1::RISK_CHANNEL_RED;
  counts.agencies_asked += clearing.agencies;
  counts.documents_wanted += clearing.document_wanted;
  counts.paper_touches += clearing.document_wanted;
  if (!clearing.released.known()) return;
  ++counts.released;
  const std::int64_t released = clearing.released.value().microseconds;
  times.release.record(released);
  if (row.delivered.known()) times.clearance.record(released - row.delivered.value().microseconds);
}

}  // namespace

IndicatorCounter::IndicatorCounter(const ExchangeLedger& ledger, Duration real_time)
    : ledger_(ledger), real_time_(real_time), arrived_(ledger.lodgements().size()) {
  ledger.exchanges().each([this](const Uuid&, const ExchangeTrack& track) {
    if (track.is_lodged() && track.was_delivered) arrived_[track.lodgement] = true;
  });
}

IndicatorCounts IndicatorCounter::count(const std::function<bool(LodgementIndex)>& choose) const {
  IndicatorCounts counts;
  counts.real_time_ms = real_time_.milliseconds();
  Times times;
  for (LodgementIndex index = 0; index < ledger_.lodgements().size(); ++index) {
    const Row& row = ledger_.lodgements()[index];
    if (row.fate == Fate::planned || row.fate == Fate::suppressed) continue;
    if (!ledger_.batch(row.batch).consignments || !choose(index)) continue;
    ++counts.consignments;
    counts.arrived += arrived_[index];
    counts.arrived_in_real_time += row.delivered.known() && row.delivered.value() <= real_time_;
    counts.paper_touches += needs_another_way(row);
    counts.timers_missed += row.end == End::expired;
    counts.answered += row.answer != Answer::none;
    counts.accepted_at_once += row.answer == Answer::accepts;
    const Clearing* clearing = ledger_.clearing(index);
    if (clearing != nullptr) add_clearing(row, *clearing, counts, times);
    if (!is_well(row.end)) continue;
    ++counts.closed_well;
    counts.paperless += clearing == nullptr || !clearing->document_wanted;
    if (row.ended.known()) times.closing.record(row.ended.value().microseconds);
  }
  counts.closing = LatencySummary::of(times.closing);
  counts.clearance = LatencySummary::of(times.clearance);
  counts.release = LatencySummary::of(times.release);
  return counts;
}

}  // namespace gnc::scenarios
