#include "model/yaml/spelling.h"

#include <algorithm>
#include <cctype>

namespace gnc::model {
namespace {

constexpr std::size_t longest_compared = 200;

char folded(char c) {
  if (c == '-' || c == '_') return ' ';
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Insertions, deletions, substitutions and swaps of neighbours; letter case and the kind of separator are
// free.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_spelling(std::string_view written,
                                                 const std::vector<std::string_view>& known) {
  if (written.size() > longest_compared) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t least = 0;
  for (const std::string_view candidate : known) {
    if (candidate.size() > longest_compared) continue;
    const std::size_t away = distance(written, candidate);
    const std::size_t allowed = std::max(written.size(), candidate.size()) / 3;
    if (away <= std::max<std::size_t>(allowed, 1) && (!nearest || away < least)) {
      nearest = candidate;
      least = away;
    }
  }
  return nearest;
}

std::string spelling_hint(std::string_view written, const std::vector<std::string_view>& known) {
  if (const auto nearest = nearest_spelling(written, known)) {
    return "Did you mean \"" + std::string(*nearest) + "\"?";
  }
  if (known.empty()) return "There is none here.";
  std::string hint = "There are: ";
  constexpr std::size_t most_listed = 30;
  for (std::size_t i = 0; i < std::min(known.size(), most_listed); ++i) {
    if (i > 0) hint += ", ";
    hint += known[i];
  }
  return hint + (known.size() > most_listed ? ", …" : ".");
}

}  // namespace gnc::model
