#include "nodes/window/treasury.h"

#include <algorithm>

#include <fmt/format.h>

namespace gnc::window {
namespace {

std::string_view kind_name(PaymentKind kind) {
  switch (kind) {
    case PaymentKind::immediate:
      return "paid from";
    case PaymentKind::deferred:
      return "deferred on";
    case PaymentKind::guaranteed:
      break;
  }
  return "guaranteed by";
}

}  // namespace

std::string Settlement::text() const {
  switch (outcome) {
    case Outcome::nothing_due:
      return "nothing is due";
    case Outcome::settled:
      return fmt::format("{} account {}", kind_name(*kind), account);
    case Outcome::insufficient:
      return fmt::format("account {} does not cover {}", account, due.text());
    case Outcome::no_account:
      break;
  }
  return "no account is named for the method of payment";
}

Settlement settle(const Treasury& treasury, const v1::MetaData& document, const std::string& method,
                  const Decimal& due, const Ledger& ledger) {
  Settlement settlement;
  settlement.due = due;
  if (due.is_zero()) return settlement;
  settlement.outcome = Settlement::Outcome::no_account;
  const auto kind = treasury.methods.find(method);
  if (kind == treasury.methods.end()) return settlement;
  settlement.kind = kind->second;
  const Account* account = nullptr;
  for (const ElementPath& path : treasury.account_paths) {
    path.each(document, std::nullopt, [&](std::string_view value, const ElementPath::Places&) {
      if (account != nullptr) return;
      const auto found = std::ranges::find_if(treasury.accounts, [&](const Account& each) {
        return each.number == value && each.kind == kind->second;
      });
      if (found != treasury.accounts.end()) account = &*found;
    });
  }
  if (account == nullptr) return settlement;
  settlement.account = account->number;
  if (ledger.used(LedgerEntry::Of::account, account->number) + due > account->limit) {
    settlement.outcome = Settlement::Outcome::insufficient;
    return settlement;
  }
  settlement.outcome = Settlement::Outcome::settled;
  settlement.entries.push_back({LedgerEntry::Of::account, account->number, due});
  return settlement;
}

}  // namespace gnc::window
