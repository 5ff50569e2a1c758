#include "nodes/window/duty.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::window {
namespace {

// What a rate is applied to.
struct Base {
  Decimal value;
  // The share of the item's quantities that this part has: 1, or less where a quota splits the item.
  std::optional<Decimal> quantity;  // of the quota's unit, instead of the item's
  std::string quantity_unit;
};

// A simple rate on its base, exact and not rounded yet.
struct Part {
  const Rate* rate = nullptr;
  std::optional<Quantity> quantity;
  Decimal amount;
};

Decimal sum_of(const std::vector<Part>& parts) {
  Decimal sum;
  for (const Part& part : parts) sum += part.amount;
  return sum;
}

std::optional<Decimal> quantity_for(const std::string& unit, const DeclaredItem& item, const Base& base) {
  if (base.quantity && base.quantity_unit == unit) return base.quantity;
  const Quantity* declared = item.quantity(unit);
  return declared == nullptr ? std::nullopt : std::optional<Decimal>(declared->amount);
}

// The simple rates that are charged. Empty, with `lacking` set, where a quantity is not declared.
std::optional<std::vector<Part>> parts_of(const Rate& rate, const DeclaredItem& item, const Base& base,
                                          std::string& lacking) {
  if (rate.kind == Rate::Kind::ad_valorem)
    return std::vector<Part>{{&rate, std::nullopt, (base.value * rate.amount).shifted(-2)}};
  if (rate.kind == Rate::Kind::specific) {
    const auto quantity = quantity_for(rate.unit, item, base);
    if (!quantity) {
      lacking = rate.unit;
      return std::nullopt;
    }
    return std::vector<Part>{{&rate, Quantity{*quantity, rate.unit}, *quantity * rate.amount}};
  }
  std::optional<std::vector<Part>> chosen;
  for (const Rate& each : rate.parts) {
    auto parts = parts_of(each, item, base, lacking);
    if (!parts) return std::nullopt;
    if (chosen && rate.kind == Rate::Kind::sum) {
      chosen->insert(chosen->end(), parts->begin(), parts->end());
    } else if (!chosen || (rate.kind == Rate::Kind::highest ? sum_of(*parts) > sum_of(*chosen)
                                                            : sum_of(*parts) < sum_of(*chosen))) {
      chosen = std::move(parts);
    }
  }
  return chosen;
}

// The longest entry for the goods of each type of charge, in the order in which types first stand.
std::vector<const Charge*> charges_on(const std::vector<Charge>& charges, const std::string& commodity) {
  std::vector<const Charge*> chosen;
  for (const Charge& charge : charges) {
    if (!commodity.starts_with(charge.goods)) continue;
    const auto same = std::find_if(chosen.begin(), chosen.end(),
                                   [&](const Charge* other) { return other->type == charge.type; });
    if (same == chosen.end()) {
      chosen.push_back(&charge);
    } else if ((*same)->goods.size() < charge.goods.size()) {
      *same = &charge;
    }
  }
  return chosen;
}

bool is_among(const std::vector<std::string>& origins, const std::string& origin) {
  return origins.empty() || std::ranges::find(origins, origin) != origins.end();
}

std::string item_path(const DeclaredItem& item, std::string_view element) {
  return fmt::format("Declaration/GoodsShipment/GovernmentAgencyGoodsItem[{}]/{}", item.position, element);
}

class Assessor {
 public:
  Assessor(const Tariff& tariff, const std::map<std::string, Decimal>& used, Instant at,
           std::string_view common_regime)
      : tariff_(tariff), used_(used), at_(at), common_regime_(common_regime) {}

  void assess_item(const DeclaredItem& item) {
    const auto duties = charges_on(tariff_.duties, item.commodity);
    const auto taxes = charges_on(tariff_.taxes, item.commodity);
    if (duties.empty() && taxes.empty()) return;
    if (!item.value) {
      problem(item, v1::ELEMENT_MISSING, "no value is declared to charge duty on",
              "Commodity/InvoiceLine/ItemChargeAmount");
      return;
    }
    const auto value = convert(*item.value, tariff_.currency, tariff_.exchange_rates, at_, tariff_.rounding);
    if (!value) {
      problem(item, value.error().code, value.error().detail, "Commodity/InvoiceLine/ItemChargeAmount");
      return;
    }
    const std::size_t first = out.lines.size();
    for (const Charge* charge : duties) charge_duty(item, *charge, *value);
    Base taxed{*value, {}, {}};
    for (std::size_t i = first; i < out.lines.size(); ++i) taxed.value += out.lines[i].assessed;
    for (const Charge* charge : taxes) {
      add_lines(item, *charge, charge->rate, taxed, item.regime.empty() ? common_regime_ : item.regime, {});
    }
  }

  Assessment out;

 private:
  void charge_duty(const DeclaredItem& item, const Charge& charge, const Decimal& value) {
    Base rest{value, {}, {}};
    if (!item.quota.empty() && charge_in_quota(item, charge, rest)) return;
    const bool claims = !item.regime.empty() && item.regime != common_regime_ && item.quota.empty();
    const Preference* preference = claims ? granted(item, charge) : nullptr;
    add_lines(item, charge, preference == nullptr ? charge.rate : preference->rate, rest,
              preference == nullptr ? common_regime_ : preference->regime, {});
  }

  // Charges what the quota still gives; whether that is all of the item. What is left stands in `rest`.
  bool charge_in_quota(const DeclaredItem& item, const Charge& charge, Base& rest) {
    const auto quota = std::find_if(charge.quotas.begin(), charge.quotas.end(), [&](const Quota& each) {
      return each.order == item.quota && is_among(each.origins, item.origin);
    });
    if (quota == charge.quotas.end()) {
      note(item, fmt::format("quota {} is not one for these goods from \"{}\"", item.quota, item.origin));
      return false;
    }
    const Quantity* declared = item.quantity(quota->quantity.unit);
    if (declared == nullptr || declared->amount.is_zero()) {
      problem(
          item, v1::ELEMENT_MISSING,
          fmt::format("quota {} is drawn in {}, which is not declared", quota->order, quota->quantity.unit),
          measure_of(quota->quantity.unit));
      return true;
    }
    Decimal left = quota->quantity.amount - out.drawn[quota->order];
    if (const auto used = used_.find(quota->order); used != used_.end()) left -= used->second;
    if (left.is_negative() || left.is_zero()) {
      note(item, fmt::format("quota {} is exhausted", quota->order));
      return false;
    }
    const Decimal drawn = std::min(left, declared->amount);
    out.drawn[quota->order] += drawn;
    Base inside{rest.value, drawn, quota->quantity.unit};
    if (drawn < declared->amount) {
      inside.value =
          (rest.value * drawn).divided(declared->amount, tariff_.rounding.places, tariff_.rounding.rounding);
      note(item, fmt::format("quota {} covers {} of {} {}", quota->order, drawn.text(),
                             declared->amount.text(), declared->unit));
    }
    add_lines(item, charge, quota->rate, inside, item.regime, quota->order);
    rest = {rest.value - inside.value, declared->amount - drawn, quota->quantity.unit};
    return drawn == declared->amount;
  }

  const Preference* granted(const DeclaredItem& item, const Charge& charge) {
    const auto found =
        std::find_if(charge.preferences.begin(), charge.preferences.end(), [&](const Preference& each) {
          return each.regime == item.regime && is_among(each.origins, item.origin);
        });
    if (found == charge.preferences.end()) {
      note(item,
           fmt::format("preference {} is not one for these goods from \"{}\"", item.regime, item.origin));
      return nullptr;
    }
    const bool proven =
        found->proofs.empty() || std::ranges::any_of(item.papers, [&](const DeclaredPaper& paper) {
          return std::ranges::find(found->proofs, paper.type) != found->proofs.end();
        });
    if (!proven) {
      note(item, fmt::format("preference {} lacks its proof of origin ({})", item.regime,
                             fmt::join(found->proofs, ", ")));
      return nullptr;
    }
    return &*found;
  }

  void add_lines(const DeclaredItem& item, const Charge& charge, const Rate& rate, const Base& base,
                 const std::string& regime, const std::string& quota) {
    std::string lacking;
    const auto parts = parts_of(rate, item, base, lacking);
    if (!parts) {
      problem(item, v1::ELEMENT_MISSING,
              fmt::format("{} is charged by {}, which is not declared", charge.type, lacking),
              measure_of(lacking));
      return;
    }
    for (const Part& part : *parts) {
      DutyLine line{item.position, charge.type, regime, {}, part.quantity, part.rate->amount, {}, quota};
      if (!part.quantity) line.base_value = base.value;
      line.assessed = tariff_.rounding(part.amount);
      out.lines.push_back(std::move(line));
    }
  }

  static std::string_view measure_of(std::string_view unit) {
    if (unit == "KGM") return "Commodity/GoodsMeasure/NetNetWeightMeasure";
    return unit == "KGM#G" ? "Commodity/GoodsMeasure/GrossMassMeasure"
                           : "Commodity/GoodsMeasure/TariffQuantity";
  }

  void problem(const DeclaredItem& item, v1::ErrorCode code, std::string detail, std::string_view element) {
    out.problems.push_back({code, std::move(detail), item_path(item, element)});
  }
  void note(const DeclaredItem& item, const std::string& text) {
    out.notes.push_back(fmt::format("item {}: {}", item.position, text));
  }

  const Tariff& tariff_;
  const std::map<std::string, Decimal>& used_;
  const Instant at_;
  const std::string common_regime_;
};

}  // namespace

Decimal Assessment::total() const {
  Decimal sum;
  for (const DutyLine& line : lines) sum += line.assessed;
  return sum;
}

Assessment assess(const Tariff& tariff, const std::vector<DeclaredItem>& items,
                  const std::map<std::string, Decimal>& used, Instant at, std::string_view common_regime) {
  Assessor assessor(tariff, used, at, common_regime);
  for (const DeclaredItem& item : items) assessor.assess_item(item);
  std::erase_if(assessor.out.drawn, [](const auto& entry) { return entry.second.is_zero(); });
  return std::move(assessor.out);
}

}  // namespace gnc::window
