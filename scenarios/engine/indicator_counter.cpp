#include "scenarios/engine/indicator_counter.h"

#include <algorithm>
#include <array>

namespace gnc::scenarios {
namespace {

using Answer = LodgementTable::Answer;
using Clearing = ExchangeLedger::Clearing;
using End = ExchangeTrack::End;
using Fate = LodgementTable::Fate;
using Row = LodgementTable::Row;

bool is_well(End end) { return end == End::processed || end == End::delivered; }

bool needs_another_way(const Row& row) {
  return row.fate == Fate::refused_outright || row.end == End::refused || row.end == End::expired ||
         row.end == End::dead_lettered;
}

void add_pair(const Clearing& clearing, IndicatorCounts& counts) {
  const bool matched = clearing.match == v1::MATCH_OUTCOME_MATCHED;
  const bool differs = clearing.match == v1::MATCH_OUTCOME_DISCREPANCY;
  (clearing.late ? counts.paired_late : counts.paired) += matched;
  (clearing.late ? counts.paired_late_with_discrepancy : counts.paired_with_discrepancy) += differs;
  counts.nothing_to_pair += clearing.match == v1::MATCH_OUTCOME_NOTHING_FOUND;
  for (const std::string& field : clearing.discrepancies) {
    const auto at = std::ranges::lower_bound(counts.discrepancies, field, {}, &DiscrepancyRow::field);
    if (at != counts.discrepancies.end() && at->field == field) {
      ++at->count;
    } else {
      counts.discrepancies.insert(at, {field, 1});
    }
  }
}

}  // namespace

IndicatorCounter::IndicatorCounter(const ExchangeLedger& ledger, const ConsignmentPairs& pairs,
                                   Duration real_time)
    : ledger_(ledger), pairs_(pairs), real_time_(real_time), arrived_(ledger.lodgements().size()) {
  ledger.exchanges().each([this](const Uuid&, const ExchangeTrack& track) {
    if (track.is_lodged() && track.was_delivered) arrived_[track.lodgement] = true;
  });
}

IndicatorCounts IndicatorCounter::count() const {
  constexpr std::array<std::uint32_t, 1> all{0};
  return count_by(1, [&all](LodgementIndex) { return std::span(all); }).front();
}

std::vector<IndicatorCounts> IndicatorCounter::count_by(std::size_t groups, const GroupsOf& groups_of) const {
  std::vector<IndicatorCounts> counts(groups);
  std::vector<Times> times(groups);
  for (LodgementIndex index = 0; index < ledger_.lodgements().size(); ++index) {
    const Row& row = ledger_.lodgements()[index];
    if (row.fate == Fate::planned || row.fate == Fate::suppressed) continue;
    if (!ledger_.batch(row.batch).consignments) continue;
    for (const std::uint32_t group : groups_of(index)) add(index, counts[group], times[group]);
  }
  for (std::size_t i = 0; i < groups; ++i) {
    counts[i].real_time_ms = real_time_.milliseconds();
    counts[i].closing = LatencySummary::of(times[i].closing);
    counts[i].clearance = LatencySummary::of(times[i].clearance);
    counts[i].release = LatencySummary::of(times[i].release);
    counts[i].usable = LatencySummary::of(times[i].usable);
    counts[i].lead = LatencySummary::of(times[i].lead);
  }
  return counts;
}

void IndicatorCounter::add_clearing(const Row& row, const Clearing& clearing, IndicatorCounts& counts,
                                    Times& times) {
  counts.green += clearing.channel == v1::RISK_CHANNEL_GREEN;
  counts.yellow += clearing.channel == v1::RISK_CHANNEL_YELLOW;
  counts.red += clearing.channel == v1::RISK_CHANNEL_RED;
  counts.agencies_asked += clearing.agencies;
  counts.documents_wanted += clearing.document_wanted;
  counts.paper_touches += clearing.document_wanted + clearing.on_paper;
  counts.on_paper += clearing.on_paper;
  counts.keyed_fields += clearing.keyed_fields;
  counts.wrong_fields += clearing.wrong_fields;
  add_pair(clearing, counts);
  if (!clearing.released.known()) return;
  ++counts.released;
  const std::int64_t released = clearing.released.value().microseconds;
  times.release.record(released);
  if (row.delivered.known()) times.clearance.record(released - row.delivered.value().microseconds);
}

// What is on paper is of no use before it is keyed, whenever the node had it on record.
void IndicatorCounter::add_usable(LodgementIndex index, const Clearing* clearing, IndicatorCounts& counts,
                                  Times& times) const {
  const Row& row = ledger_.lodgements()[index];
  const bool on_paper = clearing != nullptr && clearing->on_paper;
  const CompactDuration usable = on_paper ? clearing->keyed : row.delivered;
  if (usable.known()) times.usable.record(usable.value().microseconds);
  if (!on_paper && usable.known() && usable.value() <= real_time_) ++counts.arrived_in_real_time;
  const std::optional<Duration>& goods = ledger_.batch(row.batch).goods_arrive;
  if (!goods) return;
  ++counts.goods_awaited;
  if (!usable.known()) return;
  counts.usable_before_goods += usable.value() < *goods;
  times.lead.record(std::max<std::int64_t>(0, (*goods - usable.value()).microseconds));
}

void IndicatorCounter::add(LodgementIndex index, IndicatorCounts& counts, Times& times) const {
  const Row& row = ledger_.lodgements()[index];
  ++counts.consignments;
  counts.arrived += arrived_[index];
  counts.paper_touches += needs_another_way(row);
  counts.timers_missed += row.end == End::expired;
  counts.answered += row.answer != Answer::none;
  counts.accepted_at_once += row.answer == Answer::accepts;
  if (const ConsignmentComparison* pair = pairs_.find(index)) {
    ++counts.compared;
    counts.matched += pair->matches;
    counts.stated_elements += pair->stated;
    counts.held_elements += pair->held;
  }
  const Clearing* clearing = ledger_.clearing(index);
  if (clearing != nullptr) add_clearing(row, *clearing, counts, times);
  add_usable(index, clearing, counts, times);
  if (!is_well(row.end)) return;
  ++counts.closed_well;
  counts.paperless += clearing == nullptr || !(clearing->document_wanted || clearing->on_paper);
  if (row.ended.known()) times.closing.record(row.ended.value().microseconds);
}

}  // namespace gnc::scenarios
