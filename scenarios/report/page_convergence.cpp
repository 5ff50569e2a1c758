#include "scenarios/report/page_convergence.h"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

// One item of a party, with how it stood in each period.
Html items_of(const std::vector<ConvergenceRow>& rows, std::size_t begin, std::size_t end) {
  std::vector<Column> columns{{"item"}, {"what is wanted"}};
  std::vector<std::string> titles;
  titles.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) titles.push_back(fmt::format("{}", rows[i].period));
  for (const std::string& title : titles) columns.push_back({title, true});
  std::vector<std::vector<Html>> cells;
  for (std::size_t item = 0; item < rows[begin].items.size(); ++item) {
    const ChecklistItemRow& wanted = rows[begin].items[item];
    std::vector<Html>& line = cells.emplace_back();
    line.push_back(element("code", "", wanted.item));
    line.push_back(Html::text(wanted.title) + element("span", "soft", wanted.wants));
    for (std::size_t i = begin; i < end; ++i) {
      const ChecklistItemRow& shown = rows[i].items[item];
      Html cell = held_mark(shown.held);
      if (shown.value) {
        cell += element("span", "soft",
                        number(fmt::format("/convergence/{}/items/{}/value", i, item), *shown.value));
      }
      line.push_back(std::move(cell));
    }
  }
  return table(columns, cells);
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
      lines.push_back({Html::text(row.role), Html::text(row.party), count(pointer + "/period", row.period),
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
      fmt::format("Held against the checklist {}, version {}: the weight of the items that held, of "
                  "the weight of all.",
                  rows.front().checklist, rows.front().version),
      table({{"role"},
             {"who"},
             {"period", true},
             {"documents", true},
             {"held", true},
             {"of", true},
             {"share", true}},
            lines) +
          element("div", "long", items));
}

}  // namespace gnc::scenarios
