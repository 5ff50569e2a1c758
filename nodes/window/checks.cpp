#include "nodes/window/checks.h"

namespace gnc::window {
namespace {

void run(const Check& check, const v1::MetaData& document, std::optional<int> item, const PointerStyle& style,
         std::vector<Rejection>& rejections) {
  if (!all_hold(check.when, document, item)) return;
  const auto reject = [&](const ElementPath::Places& places) {
    rejections.push_back({check.code, check.says,
                          check.pointer ? *check.pointer : check.path.pointer(document, places, style)});
  };
  if (check.test.present == true) {
    for (const ElementPath::Places& places : check.path.missing(document, item)) reject(places);
    return;
  }
  check.path.each(document, item, [&](std::string_view value, const ElementPath::Places& places) {
    if (!check.test.holds(value)) reject(places);
  });
}

}  // namespace

std::vector<Rejection> run_checks(const std::vector<Check>& checks, const v1::MetaData& document,
                                  const PointerStyle& style) {
  std::vector<Rejection> rejections;
  const int items = document.declaration().goods_shipment().government_agency_goods_item_size();
  for (const Check& check : checks) {
    if (check.path.of_items() || any_of_items(check.when)) {
      for (int item = 0; item < items; ++item) run(check, document, item, style, rejections);
    } else {
      run(check, document, std::nullopt, style, rejections);
    }
  }
  return rejections;
}

}  // namespace gnc::window
