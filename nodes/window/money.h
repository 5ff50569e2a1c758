#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodes/window/decimal.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::window {

// An amount as somebody declared it: in a currency of ISO 4217.
struct Money {
  Decimal amount;
  std::string currency;
};

// To how many decimals amounts are rounded, and how.
struct RoundingRule {
  int places = 2;
  Rounding rounding = Rounding::half_up;

  Decimal operator()(const Decimal& exact) const { return exact.rounded(places, rounding); }
};

// One unit of `currency` is `rate` units of the administration's, from an instant to before another.
struct ExchangeRate {
  std::string currency;
  Decimal rate;
  Instant from;
  Instant until;
};

// `money` in `currency`, rounded by the rule. CODE_UNKNOWN where no rate for it is in force at `at`.
Result<Decimal> convert(const Money& money, std::string_view currency, const std::vector<ExchangeRate>& rates,
                        Instant at, const RoundingRule& rule);

}  // namespace gnc::window
