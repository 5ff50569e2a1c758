#include <array>
#include <span>

#include "scenarios/engine/exchange_ledger.h"

// What the ledger's exchanges add up to, and how it forgets them.
namespace gnc::scenarios {

using End = ExchangeTrack::End;

void ExchangeLedger::add_fate(ExchangeCounts& counts, const Row& row) {
  if (row.fate == Fate::planned || row.fate == Fate::suppressed) return;
  ++counts.submitted;
  if (row.fate == Fate::refused_outright) {
    ++counts.refused;
  } else {
    ++counts.open;  // until its exchange says otherwise
  }
}

void ExchangeLedger::add_track(ExchangeCounts& counts, const ExchangeTrack& track) {
  counts.admitted += track.was_admitted;
  counts.delivered += track.was_delivered;
  counts.processed += track.end == End::processed;
  counts.refused += track.end == End::refused;
  counts.expired += track.end == End::expired;
  counts.dead_lettered += track.end == End::dead_lettered;
  counts.open -= track.end != End::none;
}

void ExchangeLedger::add_rare(ExchangeCounts& counts, LodgementIndex index) const {
  const auto of = [index](const auto& rare) -> std::uint64_t {
    const auto found = rare.find(index);
    return found == rare.end() ? 0 : found->second;
  };
  counts.duplicates_suppressed += of(duplicates_);
  counts.lost += of(lost_);
  counts.delivered_twice += of(delivered_twice_);
}

void ExchangeLedger::forget(const Uuid& exchange) {
  const ExchangeTrack* track = exchanges_.find(exchange);
  if (track == nullptr) return;
  if (track->is_lodged()) {
    add_track(forgotten_, *track);
    Row& row = lodgements_[track->lodgement];
    row.let_go = true;
    row.arrived = track->was_delivered;
  }
  exchanges_.erase(exchange);
}

void ExchangeLedger::forget_first_lodgement() {
  const LodgementIndex index = lodgements_.first();
  add_fate(forgotten_, lodgements_[index]);
  add_rare(forgotten_, index);
  for (auto* rare : {&duplicates_, &lost_, &delivered_twice_}) rare->erase(index);
  clearings_.erase(index);
  lodgements_.forget_first();
}

ExchangeCounts ExchangeLedger::counts() const {
  constexpr std::array<std::uint32_t, 1> all{0};
  ExchangeCounts counts = counts_by(1, [&all](LodgementIndex) { return std::span(all); }).front();
  counts += forgotten_;
  // Also those of answers.
  counts.duplicates_suppressed = duplicates_suppressed_;
  counts.delivered_twice = 0;
  exchanges_.each([&](const Uuid&, const ExchangeTrack& track) {
    if (track.business_decisions > 1) ++counts.delivered_twice;
  });
  return counts;
}

}  // namespace gnc::scenarios
