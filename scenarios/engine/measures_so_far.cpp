#include "scenarios/engine/measures_so_far.h"

#include <algorithm>

namespace gnc::scenarios {
namespace {

using Row = LodgementTable::Row;

// What happened so long ago changes no more: reports that are still on their way are younger, and a phase
// that a fault begins or ends is known by then.
constexpr Duration known_after = Duration::from_seconds(5);

bool is_done_with(const Row& row, Instant now) {
  if (!row.is_over()) return false;
  const Instant last = row.ended.known() ? row.intended + row.ended.value() : row.intended;
  return last + known_after < now;
}

}  // namespace

void MeasuresSoFar::follow(const MeasureSettings& settings) {
  for (const MeasuredSelection& selection : all_selections(ledger_, settings)) {
    const auto known = std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) {
      return part.selection.kind == selection.kind && part.selection.name == selection.name;
    });
    Selector selector(ledger_, settings, selection);
    if (known == parts_.end()) {
      parts_.push_back({selection, std::move(selector), {}});
    } else {
      // An open phase has grown, or has closed.
      known->selector = std::move(selector);
    }
  }
}

void MeasuresSoFar::add(const Row& row, const MeasureSettings& settings, Whole& whole,
                        std::vector<SliceTally*>& tallies) {
  const bool of_workload = ledger_.batch(row.batch).workload;
  const bool given = settings.warm_up.kind == MeasuredWarmUp::Kind::given;
  const bool warm = of_workload && given && row.intended < settings.origin + settings.warm_up.length;
  const SliceTally::Kind kind{!warm, of_workload, of_workload};
  if (of_workload && !warm) add_start(whole.generator, row);
  whole.exchanges.add(whole.selector, row, kind);
  for (std::size_t i = 0; i < tallies.size(); ++i) tallies[i]->add(parts_[i].selector, row, kind);
}

void MeasuresSoFar::fill(const MeasureSettings& settings, RunReport& report) {
  follow(settings);
  std::vector<SliceTally*> kept;
  for (Part& part : parts_) kept.push_back(&part.done);
  const LodgementTable& lodgements = ledger_.lodgements();
  done_.resize(lodgements.size() - first_, false);
  for (std::size_t i = 0; i < done_.size(); ++i) {
    const Row& row = lodgements[static_cast<LodgementIndex>(first_ + i)];
    if (done_[i] || !is_done_with(row, settings.ended)) continue;
    done_[i] = true;
    add(row, settings, whole_, kept);
  }
  const auto open = std::find(done_.begin(), done_.end(), false);
  first_ += static_cast<LodgementIndex>(open - done_.begin());
  done_.erase(done_.begin(), open);

  Whole whole = whole_;
  std::vector<SliceTally> tallies;
  for (const Part& part : parts_) tallies.push_back(part.done);
  std::vector<SliceTally*> now;
  now.reserve(tallies.size());
  for (SliceTally& tally : tallies) now.push_back(&tally);
  for (std::size_t i = 0; i < done_.size(); ++i) {
    if (!done_[i]) add(lodgements[static_cast<LodgementIndex>(first_ + i)], settings, whole, now);
  }

  const SliceRow row = whole.exchanges.row({}, whole.selector);
  report.exchange = row.exchange;
  report.exchange.duplicates_suppressed = ledger_.duplicates_suppressed();
  report.latency = row.latency;
  report.rate_asked = row.rate_asked;
  report.rate_got = row.rate_got;
  report.service = StageHistograms::summary(whole.exchanges.histograms().sent);
  report.lag = LatencySummary::of(whole.exchanges.histograms().lag);
  report.generator.starts = whole.generator.starts;
  report.generator.late = whole.generator.late;
  report.generator.dropped = whole.generator.dropped;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    report.slices.push_back(tallies[i].row(parts_[i].selection, parts_[i].selector));
  }
}

}  // namespace gnc::scenarios
