#include "nodes/window/condition.h"

#include <algorithm>

namespace gnc::window {

bool Test::holds(std::string_view value) const {
  if (present) return *present;
  if (one_of) return std::ranges::find(*one_of, value) != one_of->end();
  if (starts_with)
    return std::ranges::any_of(*starts_with, [value](const auto& start) { return value.starts_with(start); });
  if (format) {
    return (format->characters == model::Format::Characters::numeric ? model::number_fault(value, *format)
                                                                     : model::text_fault(value, *format))
        .empty();
  }
  const auto number = Decimal::parse(value);
  if (!number) return false;
  if (above) return *number > *above;
  if (below) return *number < *below;
  return at_most && *number <= *at_most;
}

bool Condition::holds(const v1::MetaData& document, std::optional<int> item) const {
  if (test.present == false) return !path.missing(document, item).empty();
  bool held = false;
  path.each(document, item,
            [&](std::string_view value, const ElementPath::Places&) { held = held || test.holds(value); });
  return held;
}

bool all_hold(const std::vector<Condition>& conditions, const v1::MetaData& document,
              std::optional<int> item) {
  return std::ranges::all_of(conditions,
                             [&](const Condition& condition) { return condition.holds(document, item); });
}

bool all_hold_somewhere(const std::vector<Condition>& conditions, const v1::MetaData& document) {
  if (!any_of_items(conditions)) return all_hold(conditions, document, std::nullopt);
  const int items = document.declaration().goods_shipment().government_agency_goods_item_size();
  for (int item = 0; item < items; ++item) {
    if (all_hold(conditions, document, item)) return true;
  }
  return false;
}

bool any_of_items(const std::vector<Condition>& conditions) {
  return std::ranges::any_of(conditions, [](const Condition& each) { return each.path.of_items(); });
}

}  // namespace gnc::window
