#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "nodes/window/decimal.h"

namespace gnc::window {

// What is used up of something that an administration gives out in limited amounts.
struct LedgerEntry {
  enum class Of : std::uint8_t { quota, permit, account };

  Of of{};
  std::string name;  // order number, permit number, account number
  Decimal amount;
};

// The sum of all entries: what quotas have given, what permits have been written off, what accounts owe or
// have paid. A value: whoever keeps it makes it durable.
class Ledger {
 public:
  void book(const std::vector<LedgerEntry>& entries) {
    for (const LedgerEntry& entry : entries) add(entry, entry.amount);
  }
  // Takes back what was booked.
  void reverse(const std::vector<LedgerEntry>& entries) {
    for (const LedgerEntry& entry : entries) add(entry, Decimal() - entry.amount);
  }
  // The sums that have changed since this was last asked, and a sum as it was when it was given so.
  std::vector<LedgerEntry> take_changed() {
    std::vector<LedgerEntry> sums;
    for (const auto& [of, name] : std::exchange(changed_, {})) sums.push_back({of, name, used(of, name)});
    return sums;
  }
  void recall(const LedgerEntry& sum) { used_[sum.of][sum.name] = sum.amount; }
  Decimal used(LedgerEntry::Of of, const std::string& name) const {
    const auto& all = of_kind(of);
    const auto found = all.find(name);
    return found == all.end() ? Decimal() : found->second;
  }
  const std::map<std::string, Decimal>& of_kind(LedgerEntry::Of of) const {
    static const std::map<std::string, Decimal> none;
    const auto found = used_.find(of);
    return found == used_.end() ? none : found->second;
  }

 private:
  void add(const LedgerEntry& entry, const Decimal& amount) {
    used_[entry.of][entry.name] += amount;
    changed_.emplace(entry.of, entry.name);
  }

  std::map<LedgerEntry::Of, std::map<std::string, Decimal>> used_;
  std::set<std::pair<LedgerEntry::Of, std::string>> changed_;
};

}  // namespace gnc::window
