#include "nodes/window/matching.h"

#include <algorithm>

#include <fmt/format.h>

namespace gnc::window {
namespace {

std::string shown(const MatchValue& value) {
  return value.unit.empty() ? value.text : fmt::format("{} {}", value.text, value.unit);
}

std::string shown(const MatchValues& values) {
  std::string text;
  for (const MatchValue& value : values) text += (text.empty() ? "" : ", ") + shown(value);
  return text;
}

Decimal absolute(const Decimal& number) { return number.is_negative() ? Decimal() - number : number; }

bool same(const MatchField& field, const MatchValue& declared, const MatchValue& partner) {
  if (!declared.unit.empty() && !partner.unit.empty() && declared.unit != partner.unit) return false;
  const auto ours = field.path.is_number() ? Decimal::parse(declared.text) : std::nullopt;
  const auto theirs = field.path.is_number() ? Decimal::parse(partner.text) : std::nullopt;
  if (!ours || !theirs) return declared.text == partner.text;
  if (!field.within) return *ours == *theirs;
  return absolute(*ours - *theirs) * Decimal(100) <= absolute(*theirs) * *field.within;
}

// The sum; a place whose unit is another's keeps all from being summed up.
MatchValues total_of(const MatchValues& values) {
  MatchValue sum;
  Decimal number;
  for (const MatchValue& value : values) {
    const auto each = Decimal::parse(value.text);
    const bool one_unit = sum.unit.empty() || value.unit.empty() || sum.unit == value.unit;
    if (!each || !one_unit) return {};
    number += *each;
    if (sum.unit.empty()) sum.unit = value.unit;
  }
  if (values.empty()) return {};
  sum.text = number.text();
  return {sum};
}

MatchValues at_places(const MatchField& field, const v1::MetaData& document, std::optional<int> item) {
  MatchValues values;
  field.path.each_with_unit(document, item, [&](std::string_view value, std::string_view unit) {
    if (field.first != 0) value = value.substr(0, field.first);
    if (!value.empty()) values.push_back({std::string(value), std::string(unit)});
  });
  return values;
}

}  // namespace

MatchValues values_of(const MatchField& field, const v1::MetaData& document) {
  if (field.total) return total_of(at_places(field, document, std::nullopt));
  if (!field.path.of_items()) return at_places(field, document, std::nullopt);
  MatchValues values;
  const int items = document.declaration().goods_shipment().government_agency_goods_item_size();
  for (int item = 0; item < items; ++item) {
    // Of several in one item the first speaks for it: of codes it is the one of the Harmonized System.
    MatchValues own = at_places(field, document, item);
    values.push_back(own.empty() ? MatchValue{} : std::move(own.front()));
  }
  return values;
}

bool compare_values(const MatchField& field, const MatchValues& declared, const MatchValues& partner,
                    std::vector<Discrepancy>& differences) {
  if (declared.empty() || partner.empty()) return false;
  if (field.total || !field.path.of_items()) {
    // Several of one kind, such as containers, are the same whatever their order.
    const auto in_order = [](MatchValues values) {
      std::ranges::sort(values, {}, &MatchValue::text);
      return values;
    };
    const MatchValues ours = in_order(declared), theirs = in_order(partner);
    const bool differ = !std::ranges::equal(
        ours, theirs,
        [&](const MatchValue& one, const MatchValue& other) { return same(field, one, other); });
    if (differ) differences.push_back({&field, 0, shown(declared), shown(partner)});
    return true;
  }
  bool any = false;
  for (std::size_t i = 0; i < std::min(declared.size(), partner.size()); ++i) {
    if (declared[i].text.empty() || partner[i].text.empty()) continue;
    any = true;
    if (!same(field, declared[i], partner[i])) {
      differences.push_back({&field, static_cast<int>(i) + 1, shown(declared[i]), shown(partner[i])});
    }
  }
  return any;
}

std::string MatchResult::text() const {
  if (outcome == MatchOutcome::nothing_found) return "no partner has sent anything to match it with";
  if (outcome == MatchOutcome::matched) return fmt::format("agrees with what {} sent", partner);
  std::string text = fmt::format("differs from what {} sent:", partner);
  const char* between = " ";
  for (const Discrepancy& each : discrepancies) {
    text += fmt::format("{}{} {}, there {}", between, each.field->name, each.declared, each.partner);
    if (each.item != 0) text += fmt::format(" (item {})", each.item);
    between = ", ";
  }
  return text;
}

std::vector<RiskReason> MatchResult::reasons(const Matching& matching) const {
  std::vector<RiskReason> all;
  if (outcome == MatchOutcome::nothing_found && matching.nothing_found != 0)
    all.push_back({"nothing to match it with", matching.nothing_found, 0});
  for (const Discrepancy& each : discrepancies) {
    // A field weighs once, however many of the items differ in it.
    const std::string name = each.field->name + " differs";
    const bool weighed = std::ranges::find(all, name, &RiskReason::rule) != all.end();
    if (each.field->weight != 0 && !weighed) all.push_back({name, each.field->weight, each.item});
  }
  return all;
}

}  // namespace gnc::window
