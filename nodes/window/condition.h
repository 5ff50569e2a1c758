#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/conformance/value_format.h"
#include "model/document/plan.h"
#include "nodes/window/decimal.h"
#include "nodes/window/element_path.h"

namespace gnc::window {

// What a value is to be. One of these is set.
struct Test {
  std::optional<bool> present;
  std::optional<std::vector<std::string>> one_of;
  std::optional<std::vector<std::string>> starts_with;
  std::optional<model::Format> format;
  std::optional<Decimal> above;
  std::optional<Decimal> below;
  std::optional<Decimal> at_most;

  // Of a value that is there. A number's test does not hold for what is no number.
  bool holds(std::string_view value) const;
};

// Whether an element of the declaration is as the test says: at any place where it stands.
struct Condition {
  ElementPath path;
  Test test;

  // `item`: only in that goods item, counted from 0; for paths that lie in no item it says nothing.
  bool holds(const v1::MetaData& document, std::optional<int> item) const;
};

// Whether all hold: of one and the same goods item, where any of them lies in items.
bool all_hold(const std::vector<Condition>& conditions, const v1::MetaData& document,
              std::optional<int> item);
// The same, of whichever goods item they hold.
bool all_hold_somewhere(const std::vector<Condition>& conditions, const v1::MetaData& document);
bool any_of_items(const std::vector<Condition>& conditions);

}  // namespace gnc::window
