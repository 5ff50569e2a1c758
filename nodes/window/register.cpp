#include "nodes/window/register.h"

#include <algorithm>

namespace gnc::window {

std::vector<RegisterEntry> Register::at(Duration passed) const {
  std::vector<RegisterEntry> now = entries;
  for (const RegisterChange& change : changes) {
    if (passed < change.after) break;
    const std::string& about = change.to.at(key);
    auto found =
        std::ranges::find_if(now, [&](const RegisterEntry& entry) { return entry.at(key) == about; });
    if (found == now.end()) found = now.insert(now.end(), RegisterEntry{});
    for (const auto& [column, value] : change.to) (*found)[column] = value;
  }
  return now;
}

std::optional<RegisterEntry> Register::find(std::string_view value, Duration passed) const {
  for (RegisterEntry& entry : at(passed)) {
    if (entry.at(key) == value) return std::move(entry);
  }
  return std::nullopt;
}

bool fits(const RegisterEntry& entry, const EntryTest& test) {
  return std::ranges::all_of(test, [&](const auto& each) {
    const auto found = entry.find(each.first);
    return found != entry.end() && std::ranges::find(each.second, found->second) != each.second.end();
  });
}

}  // namespace gnc::window
