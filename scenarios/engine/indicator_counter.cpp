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

void add_clearing(const Row& row, const Clearing& clearing, IndicatorSums& sums) {
  IndicatorCounts& counts = sums.counts;
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
  sums.release.record(released);
  if (row.delivered.known()) sums.clearance.record(released - row.delivered.value().microseconds);
}

// What is on paper is of no use before it is keyed, whenever the node had it on record.
void add_usable(const Row& row, const Clearing* clearing, const std::optional<Duration>& goods,
                Duration real_time, IndicatorSums& sums) {
  IndicatorCounts& counts = sums.counts;
  const bool on_paper = clearing != nullptr && clearing->on_paper;
  const CompactDuration usable = on_paper ? clearing->keyed : row.delivered;
  if (usable.known()) sums.usable.record(usable.value().microseconds);
  if (!on_paper && usable.known() && usable.value() <= real_time) ++counts.arrived_in_real_time;
  if (!goods) return;
  ++counts.goods_awaited;
  if (!usable.known()) return;
  counts.usable_before_goods += usable.value() < *goods;
  sums.lead.record(std::max<std::int64_t>(0, (*goods - usable.value()).microseconds));
}

}  // namespace

IndicatorCounts IndicatorSums::counted(Duration real_time) const {
  IndicatorCounts counted = counts;
  counted.real_time_ms = real_time.milliseconds();
  counted.closing = LatencySummary::of(closing);
  counted.clearance = LatencySummary::of(clearance);
  counted.release = LatencySummary::of(release);
  counted.usable = LatencySummary::of(usable);
  counted.lead = LatencySummary::of(lead);
  return counted;
}

bool counts_for_indicators(const ExchangeLedger& ledger, const Row& row) {
  return row.fate != Fate::planned && row.fate != Fate::suppressed && ledger.batch(row.batch).consignments;
}

void add_indicators(const ExchangeLedger& ledger, LodgementIndex index, const ConsignmentComparison* pair,
                    bool arrived, Duration real_time, IndicatorSums& sums) {
  IndicatorCounts& counts = sums.counts;
  const Row& row = ledger.lodgements()[index];
  ++counts.consignments;
  counts.arrived += arrived;
  counts.paper_touches += needs_another_way(row);
  counts.timers_missed += row.end == End::expired;
  counts.answered += row.answer != Answer::none;
  counts.accepted_at_once += row.answer == Answer::accepts;
  if (pair != nullptr) {
    ++counts.compared;
    counts.matched += pair->matches;
    counts.stated_elements += pair->stated;
    counts.held_elements += pair->held;
  }
  const Clearing* clearing = ledger.clearing(index);
  if (clearing != nullptr) add_clearing(row, *clearing, sums);
  add_usable(row, clearing, ledger.batch(row.batch).goods_arrive, real_time, sums);
  if (!is_well(row.end)) return;
  ++counts.closed_well;
  counts.paperless += clearing == nullptr || !(clearing->document_wanted || clearing->on_paper);
  if (row.ended.known()) sums.closing.record(row.ended.value().microseconds);
}

IndicatorCounter::IndicatorCounter(const ExchangeLedger& ledger, const ConsignmentPairs& pairs,
                                   Duration real_time)
    : ledger_(ledger), pairs_(pairs), real_time_(real_time), arrived_(ledger.lodgements().rows().size()) {
  const LodgementIndex first = ledger.lodgements().first();
  for (std::size_t i = 0; i < arrived_.size(); ++i) arrived_[i] = ledger.lodgements().rows()[i].arrived;
  ledger.exchanges().each([this, first](const Uuid&, const ExchangeTrack& track) {
    if (track.is_lodged() && track.was_delivered) arrived_[track.lodgement - first] = true;
  });
}

IndicatorCounts IndicatorCounter::count(IndicatorSums sums) const {
  constexpr std::array<std::uint32_t, 1> all{0};
  std::vector<IndicatorSums> from;
  from.push_back(std::move(sums));
  return count_by(std::move(from), [&all](LodgementIndex) { return std::span(all); }).front();
}

std::vector<IndicatorCounts> IndicatorCounter::count_by(std::size_t groups, const GroupsOf& groups_of) const {
  return count_by(std::vector<IndicatorSums>(groups), groups_of);
}

std::vector<IndicatorCounts> IndicatorCounter::count_by(std::vector<IndicatorSums> sums,
                                                        const GroupsOf& groups_of) const {
  const LodgementTable& lodgements = ledger_.lodgements();
  for (LodgementIndex index = lodgements.first(); index < lodgements.size(); ++index) {
    if (!counts_for_indicators(ledger_, lodgements[index])) continue;
    const bool arrived = arrived_[index - lodgements.first()];
    for (const std::uint32_t group : groups_of(index)) {
      add_indicators(ledger_, index, pairs_.find(index), arrived, real_time_, sums[group]);
    }
  }
  std::vector<IndicatorCounts> counts;
  counts.reserve(sums.size());
  for (const IndicatorSums& each : sums) counts.push_back(each.counted(real_time_));
  return counts;
}

}  // namespace gnc::scenarios
