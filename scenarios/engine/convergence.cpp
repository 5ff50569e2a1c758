#include "scenarios/engine/convergence.h"

#include <algorithm>
#include <array>
#include <span>

#include "scenarios/engine/indicator.h"

namespace gnc::scenarios {
namespace {

// Past this, all that is later counts to the last.
constexpr std::int64_t most_periods = 200;

struct Looked {
  ChecklistRole role;
  std::string name;
  const Checklist* checklist;  // null: none
  bool operator==(const Looked&) const = default;
};

class Look {
 public:
  Look(const ChecklistView& view, const ExchangeLedger& ledger) : view_(view), ledger_(ledger) {
    for (BatchIndex i = 0; i < ledger.batches(); ++i) {
      const ExchangeLedger::Batch& batch = ledger.batch(i);
      const auto to = PartyName::from_text(batch.to);
      const auto& lists = view.checklists;
      of_batch_.push_back(
          {number_of({ChecklistRole::administration, batch.to, to ? lists.of_administration(*to) : nullptr}),
           number_of({ChecklistRole::trader, batch.name, to ? lists.of_trader(*to) : nullptr})});
    }
    for (const auto& row : ledger.lodgements().rows())
      periods_ = std::max(periods_, period_of(row.intended) + 1);
  }

  std::vector<ConvergenceRow> rows(const IndicatorCounter& counter) const {
    std::array<std::uint32_t, 2> groups{};
    const auto counts = counter.count_by(looked_.size() * periods_, [&](LodgementIndex index) {
      const auto& row = ledger_.lodgements()[index];
      for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i] = static_cast<std::uint32_t>(of_batch_[row.batch][i] * periods_ + period_of(row.intended));
      }
      return std::span<const std::uint32_t>(groups);
    });
    std::vector<ConvergenceRow> rows;
    for (std::size_t i = 0; i < looked_.size(); ++i) {
      if (looked_[i].checklist == nullptr) continue;
      for (std::size_t period = 0; period < periods_; ++period) {
        const IndicatorCounts& counted = counts[i * periods_ + period];
        if (counted.consignments > 0) rows.push_back(row_of(looked_[i], period, counted));
      }
    }
    return rows;
  }

 private:
  std::size_t number_of(const Looked& looked) {
    const auto found = std::ranges::find(looked_, looked);
    if (found == looked_.end()) looked_.push_back(looked);
    return static_cast<std::size_t>(std::ranges::find(looked_, looked) - looked_.begin());
  }

  std::size_t period_of(Instant intended) const {
    if (!view_.every || view_.every->microseconds <= 0) return 0;
    const std::int64_t number = (intended - view_.origin).microseconds / view_.every->microseconds;
    return static_cast<std::size_t>(std::clamp<std::int64_t>(number, 0, most_periods - 1));
  }

  ConvergenceRow row_of(const Looked& looked, std::size_t period, const IndicatorCounts& counts) const {
    const bool administration = looked.role == ChecklistRole::administration;
    ConvergenceRow row;
    row.checklist = looked.checklist->name;
    row.version = looked.checklist->version;
    row.role = administration ? "administration" : "trader";
    row.party = looked.name;
    row.period = period + 1;
    row.consignments = counts.consignments;
    for (const ChecklistItem& item : looked.checklist->items) {
      if (item.of != looked.role) continue;
      ChecklistItemRow& shown = row.items.emplace_back();
      shown.item = item.name;
      shown.title = item.title;
      shown.weight = item.weight;
      if (item.holds.measure == nullptr) {
        shown.wants = "profile has " + item.profile;
        shown.held = has_part(profile_of(looked.name), item.profile);
      } else {
        shown.wants = item.holds.text;
        shown.value = value_of(item.holds.measure->name, counts);
        shown.held = shown.value && compare(*shown.value, item.holds.comparison, item.holds.bound);
      }
      row.weight += item.weight;
      if (shown.held) row.held += item.weight;
    }
    return row;
  }

  static std::optional<double> value_of(const std::string& name, const IndicatorCounts& counts) {
    const auto indicator = std::ranges::find(indicators(), name, &Indicator::name);
    return indicator->of({}, counts);
  }

  const window::Profile* profile_of(const std::string& party) const {
    const auto name = PartyName::from_text(party);
    const auto found = name ? view_.profiles.find(*name) : view_.profiles.end();
    return found == view_.profiles.end() ? nullptr : found->second.get();
  }

  const ChecklistView& view_;
  const ExchangeLedger& ledger_;
  std::vector<Looked> looked_;
  std::vector<std::array<std::size_t, 2>> of_batch_;
  std::size_t periods_ = 1;
};

}  // namespace

std::vector<ConvergenceRow> convergence_of(const ChecklistView& view, const ExchangeLedger& ledger,
                                           const IndicatorCounter& counter) {
  return Look(view, ledger).rows(counter);
}

std::optional<double> convergence_share(const std::vector<const ConvergenceRow*>& rows) {
  double held = 0, weight = 0;
  for (const ConvergenceRow* row : rows) {
    held += row->held;
    weight += row->weight;
  }
  return weight > 0 ? std::optional(held / weight) : std::nullopt;
}

}  // namespace gnc::scenarios
