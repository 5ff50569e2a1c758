#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodes/window/declared_goods.h"
#include "nodes/window/tariff.h"
#include "proto/types/error.h"

namespace gnc::window {

// One charge on one item, as the answer's DutyTaxFee states it. Amounts are in the administration's currency
// and rounded by its rule; sums of lines are therefore the sums that are paid.
struct DutyLine {
  std::uint32_t item = 0;  // its position
  std::string type;        // "A00"
  std::string regime;      // under which it is charged: "100", or the preference or quota claimed
  std::optional<Decimal> base_value;
  std::optional<Quantity> base_quantity;
  Decimal rate;      // per cent, or an amount for one unit
  Decimal assessed;  // base × rate, rounded
  std::string quota;
};

// Something that keeps duty from being assessed. `path` is the element to mend, from the document's root.
struct DutyProblem {
  v1::ErrorCode code{};
  std::string detail;
  std::string path;
};

struct Assessment {
  std::vector<DutyLine> lines;  // by item, duties before taxes
  std::vector<DutyProblem> problems;
  // Why a claim was not granted, for people.
  std::vector<std::string> notes;
  // What is to be drawn from quotas, by order number and in their units.
  std::map<std::string, Decimal> drawn;

  Decimal total() const;
};

// What is due on the goods at `at`, where `used` is what quotas have given already. `common_regime` is the
// claim of no preference ("100").
Assessment assess(const Tariff& tariff, const std::vector<DeclaredItem>& items,
                  const std::map<std::string, Decimal>& used, Instant at, std::string_view common_regime);

}  // namespace gnc::window
