#include "nodes/window/money.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/instant_text.h"

namespace gnc::window {

Result<Decimal> convert(const Money& money, std::string_view currency, const std::vector<ExchangeRate>& rates,
                        Instant at, const RoundingRule& rule) {
  if (money.currency == currency) return rule(money.amount);
  const auto rate = std::find_if(rates.begin(), rates.end(), [&](const ExchangeRate& each) {
    return each.currency == money.currency && each.from <= at && at < each.until;
  });
  if (rate == rates.end()) {
    return failure(v1::CODE_UNKNOWN, fmt::format("no rate of exchange from {} to {} is in force on {}",
                                                 money.currency, currency, model::instant_text(at)));
  }
  return rule(money.amount * rate->rate);
}

}  // namespace gnc::window
