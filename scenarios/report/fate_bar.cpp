#include "scenarios/report/fate_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/svg.h"

namespace gnc::scenarios {

std::vector<Fate> fates_of(const ExchangeCounts& counts) {
  std::vector<Fate> fates = {{"dealt with by the recipient", "good", "processed", counts.processed},
                             {"refused", "bad", "refused", counts.refused},
                             {"expired", "late", "expired", counts.expired},
                             {"given up by the gateway", "bad", "dead_lettered", counts.dead_lettered},
                             {"not at their end", "open", "open", counts.open}};
  std::uint64_t others = 0;
  for (const Fate& fate : fates) others += fate.count;
  if (counts.submitted > others) {
    fates.insert(fates.begin() + 1, {"delivered, no answer due", "known", "", counts.submitted - others});
  }
  std::erase_if(fates, [](const Fate& fate) { return fate.count == 0; });
  return fates;
}

std::string share_bar(const std::vector<Fate>& fates, std::string_view title) {
  constexpr double width = 960;
  constexpr double height = 22;
  // So that one of a million is seen.
  constexpr double least = 4;
  constexpr double gap = 2;
  double sum = 0;
  for (const Fate& fate : fates) sum += static_cast<double>(fate.count);
  if (sum == 0) return {};
  const double room = width - (least + gap) * static_cast<double>(fates.size()) + gap;
  Svg svg(width, height, "bar", title);
  double at = 0;
  for (const Fate& fate : fates) {
    const double wide = least + room * static_cast<double>(fate.count) / sum;
    svg.rect({at, 0}, wide, height, "fill-" + fate.style,
             fmt::format("{}: {}", fate.name, count_text(fate.count)));
    at += wide + gap;
  }
  return svg.take();
}

}  // namespace gnc::scenarios
