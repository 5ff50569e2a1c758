#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/document/plan.h"
#include "proto/types/result.h"

namespace gnc::window {

using Pointer = std::vector<v1::PointerStep>;

// Which classes bear a sequence number in an answer's pointers.
struct PointerStyle {
  // WCO class ids ("68A"). Empty: those that the data model lets occur more than once.
  std::vector<std::string> numbered;
};

// An element of a declaration by its XML names, "Declaration/GoodsShipment/…/Description", for rules: it can
// be asked about one goods item alone, and knows where it is missing. An [n] picks one of several.
class ElementPath {
 public:
  // REFERENCE_UNKNOWN with the nearest right spelling where the data model has no such element.
  static Result<ElementPath> parse(std::string_view text);
  // "42A/67A[1]/56A/G005": a pointer as it is to stand in an answer. Empty where it is none.
  static std::optional<Pointer> parse_pointer(std::string_view text);

  const std::string& text() const { return text_; }
  // Whether it lies in a goods item of which none is picked: rules ask it of each item.
  bool of_items() const { return item_step_ >= 0 && steps_[static_cast<std::size_t>(item_step_)].nth == 0; }

  // One place where the element is: which occurrence of each class leads there.
  using Places = std::vector<int>;
  // Calls `visit(value, places)` wherever the element is; a class has no value. `item` counts from 0 and
  // limits it to that goods item.
  void each(const v1::MetaData& document, std::optional<int> item,
            const std::function<void(std::string_view value, const Places&)>& visit) const;
  // The same, with the value's unit or currency; empty where it has none.
  using ValueWithUnit = std::function<void(std::string_view value, std::string_view unit)>;
  void each_with_unit(const v1::MetaData& document, std::optional<int> item,
                      const ValueWithUnit& visit) const;
  // Whether its values are numbers: amounts, measures, quantities and the like.
  bool is_number() const;
  // Where the classes that should hold it are there, or could be, and it is not.
  std::vector<Places> missing(const v1::MetaData& document, std::optional<int> item) const;

  Pointer pointer(const v1::MetaData& document, const Places& places, const PointerStyle& style) const;

 private:
  struct Step {
    const model::FieldPlan* field = nullptr;
    int nth = 0;  // 0: every one
  };
  using Visit = std::function<void(const google::protobuf::Message& element, const Places&)>;

  void walk(const google::protobuf::Message& message, std::size_t at, std::optional<int> item, Places& places,
            const Visit& found, const std::function<void(const Places&)>& lacking) const;

  std::string text_;
  std::vector<Step> steps_;  // from MetaData on
  int item_step_ = -1;
};

}  // namespace gnc::window
