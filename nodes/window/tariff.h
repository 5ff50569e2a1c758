#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/window/decimal.h"
#include "nodes/window/money.h"

// What an administration charges on goods: data of its profile.
namespace gnc::window {

// A quantity in a unit of UN/ECE Recommendation 20.
struct Quantity {
  Decimal amount;
  std::string unit;  // "KGM"
};

// What is charged: a share of the value, an amount for a quantity, or several of these.
struct Rate {
  enum class Kind { ad_valorem, specific, highest, lowest, sum };

  Kind kind = Kind::ad_valorem;
  // ad_valorem: per cent. specific: an amount in the administration's currency for one `unit`.
  Decimal amount;
  std::string unit;
  std::vector<Rate> parts;  // highest, lowest, sum
};

// A rate that goods of some origins get instead of the common one, where it is claimed.
struct Preference {
  std::string regime;                // as claimed: "300"
  std::vector<std::string> origins;  // ISO 3166-1; empty: any
  // Documents of which one must be declared with the goods, category and type as one: "N954"; empty: none.
  std::vector<std::string> proofs;
  Rate rate;
};

// A rate for a limited quantity, given in the order of lodgement.
struct Quota {
  std::string order;  // as claimed: "091234"
  std::vector<std::string> origins;
  Quantity quantity;
  Rate rate;
};

// A charge on goods whose commodity code begins with `goods`; the longest such entry of a type is the one.
struct Charge {
  std::string goods;  // empty: all
  std::string type;   // "A00"
  Rate rate;
  std::vector<Preference> preferences;
  std::vector<Quota> quotas;
};

struct Tariff {
  std::string currency;
  RoundingRule rounding;
  std::vector<ExchangeRate> exchange_rates;
  std::vector<Charge> duties;  // on the value
  std::vector<Charge> taxes;   // on the value and the duties: VAT
};

// "9.7 %", "1.50 per KGM", "12 per 100 KGM": for one unit, 3 decimals at most. Empty where it is neither.
std::optional<Rate> parse_rate(std::string_view text);
// "1000 KGM".
std::optional<Quantity> parse_quantity(std::string_view text);
// "9.7 % + 1.5 per KGM", for people.
std::string rate_text(const Rate& rate);

}  // namespace gnc::window
