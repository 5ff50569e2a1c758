#include "model/document/nearest.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace gnc::model {
namespace {

// Edit distance in half steps: a change of letter case costs one, everything else two; neighbours that
// have changed places are one edit.
std::size_t distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = 2 * j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = 2 * i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0u : lower(a[i - 1]) == lower(b[j - 1]) ? 1u : 2u;
      row[j] = std::min({last[j] + 2, row[j - 1] + 2, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 2);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates) {
  constexpr std::size_t longest = 100;
  if (wrong.size() > longest) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(4, 2 * (wrong.size() / 3)) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t d = distance(wrong, candidate);
    if (d < best_distance && d < 2 * candidate.size()) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace gnc::model
