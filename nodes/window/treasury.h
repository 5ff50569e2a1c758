#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodes/window/element_path.h"
#include "nodes/window/ledger.h"

// Payment of duties through a simulated treasury.
namespace gnc::window {

enum class PaymentKind : std::uint8_t { immediate, deferred, guaranteed };

struct Account {
  std::string number;
  PaymentKind kind{};
  // immediate: what was paid in. deferred, guaranteed: what may be owed at one time.
  Decimal limit;
};

struct Treasury {
  std::vector<Account> accounts;
  std::map<std::string, PaymentKind> methods;  // by the declaration's method of payment: "E"
  std::vector<ElementPath> account_paths;      // where a declaration names its account, in this order
};

struct Settlement {
  enum class Outcome : std::uint8_t { nothing_due, settled, insufficient, no_account };

  Outcome outcome = Outcome::nothing_due;
  std::optional<PaymentKind> kind;
  std::string account;
  Decimal due;
  std::vector<LedgerEntry> entries;
  // For people: "deferred on account 7777777".
  std::string text() const;
};

// Settles `due` on the account that the declaration names for its method of payment. What is settled must be
// booked; nothing is where it is not settled.
Settlement settle(const Treasury& treasury, const v1::MetaData& document, const std::string& method,
                  const Decimal& due, const Ledger& ledger);

}  // namespace gnc::window
