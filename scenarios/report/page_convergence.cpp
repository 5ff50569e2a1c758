#include "scenarios/report/page_convergence.h"

#include <fmt/format.h>

#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

// The items of a party, period by period.
Html items_of(const std::vector<ConvergenceRow>& rows, std::size_t begin, std::size_t end) {
  std::vector<std::vector<Html>> lines;
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t item = 0; item < rows[i].items.size(); ++item) {
      const ChecklistItemRow& shown = rows[i].items[item];
      const std::string pointer = fmt::format("/convergence/{}/items/{}", i, item);
      lines.push_back({Html::text(fmt::format("{}", rows[i].period)), held_mark(shown.held),
                       element("code", "", shown.item),
                       Html::text(shown.title) + element("span", "soft", shown.wants),
                       shown.value ? number(pointer + "/value", *shown.value) : Html(),
                       number(pointer + "/weight", shown.weight)});
    }
  }
  return table({{"period", true}, {"held"}, {"item"}, {"what is wanted"}, {"value", true}, {"weight", true}},
               lines);
}

}  // namespace

Html convergence_by_period(const RunReport& report) {
  const std::vector<ConvergenceRow>& rows = report.convergence;
  if (rows.empty()) return {};
  std::vector<std::vector<Html>> lines;
  Html items;
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin;
    while (end < rows.size() && rows[end].role == rows[begin].role && rows[end].party == rows[begin].party)
      ++end;
    for (std::size_t i = begin; i < end; ++i) {
      const ConvergenceRow& row = rows[i];
      const std::string pointer = fmt::format("/convergence/{}", i);
      lines.push_back({Html::text(row.role), Html::text(row.party),
                       Html::text(fmt::format("{} {}", row.checklist, row.version)),
                       count(pointer + "/period", row.period),
                       count(pointer + "/consignments", row.consignments),
                       number(pointer + "/held", row.held), number(pointer + "/weight", row.weight),
                       Html::text(row.weight > 0 ? share_text(row.held / row.weight) : "-")});
    }
    items +=
        folded(fmt::format("{} {}, item by item and period by period", rows[begin].role, rows[begin].party),
               items_of(rows, begin, end));
    begin = end;
  }
  return section(
      "convergence", "How far they have come",
      "Each is held against its checklist: the weight of the items that held, of the weight of all.",
      table({{"role"},
             {"who"},
             {"checklist"},
             {"period", true},
             {"documents", true},
             {"held", true},
             {"of", true},
             {"share", true}},
            lines) +
          element("div", "long", items));
}

}  // namespace gnc::scenarios
