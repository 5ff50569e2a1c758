#include "nodes/window/element_path.h"

#include <algorithm>
#include <charconv>

#include "gnc/v1/errors.pb.h"
#include "model/document/wco_path.h"

namespace gnc::window {
namespace {

using google::protobuf::Message;

// A name and the number in brackets after it; 0 where there is none.
std::pair<std::string_view, int> name_and_number(std::string_view step) {
  const std::size_t bracket = step.find('[');
  int number = 0;
  if (bracket != std::string_view::npos)
    std::from_chars(step.data() + bracket + 1, step.data() + step.size(), number);
  return {step.substr(0, bracket), number};
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> steps;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t slash = std::min(text.find('/', begin), text.size());
    steps.push_back(text.substr(begin, slash - begin));
    begin = slash + 1;
  }
  return steps;
}

const model::FieldPlan* field_named(const model::ClassPlan& plan, std::string_view name) {
  const auto found = std::find_if(plan.fields.begin(), plan.fields.end(),
                                  [name](const model::FieldPlan& field) { return field.xml_name == name; });
  return found == plan.fields.end() ? nullptr : &*found;
}

}  // namespace

Result<ElementPath> ElementPath::parse(std::string_view text) {
  const auto known = model::WcoPath::parse(text);
  if (!known) return tl::unexpected(known.error());
  if (known->document_type() != "DEC" || text.find('@') != std::string_view::npos) {
    return failure(v1::KEY_VALUE, "a rule's path names an element of a declaration", {},
                   "Begin with Declaration/, and end with an element.");
  }
  ElementPath path;
  path.text_ = text;
  const model::ClassPlan* plan = &model::document_plan();
  for (const std::string_view step : split(text)) {
    const auto [name, number] = name_and_number(step);
    const model::FieldPlan* field = plan == nullptr ? nullptr : field_named(*plan, name);
    if (field == nullptr) {
      return failure(v1::REFERENCE_UNKNOWN, "the data model has no element of that name in a declaration");
    }
    if (name == "GovernmentAgencyGoodsItem") path.item_step_ = static_cast<int>(path.steps_.size());
    path.steps_.push_back({field, number});
    plan = field->child;
  }
  return path;
}

std::optional<Pointer> ElementPath::parse_pointer(std::string_view text) {
  Pointer pointer;
  const std::vector<std::string_view> steps = split(text);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto [name, number] = name_and_number(steps[i]);
    const bool plain =
        std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    if (!plain || name.size() < 3 || name.size() > 4 || number < 0) return std::nullopt;
    // A class is two digits and a letter; what ends a pointer and is none is the element's tag.
    const bool is_class = name.size() == 3 && name[2] >= 'A';
    if (is_class) {
      v1::PointerStep& step = pointer.emplace_back();
      step.set_document_section(std::string(name));
      step.set_sequence(static_cast<std::uint32_t>(number));
    } else if (i + 1 == steps.size() && !pointer.empty()) {
      pointer.back().set_tag(std::string(name));
    } else {
      return std::nullopt;
    }
  }
  return pointer;
}

void ElementPath::walk(const Message& message, std::size_t at, std::optional<int> item, Places& places,
                       const Visit& found, const std::function<void(const Places&)>& lacking) const {
  const Step& step = steps_[at];
  const int count = model::occurrences(message, *step.field);
  bool any = false;
  for (int i = 0; i < count; ++i) {
    if (step.nth != 0 && step.nth != i + 1) continue;
    if (item && static_cast<int>(at) == item_step_ && *item != i) continue;
    any = true;
    const Message& element = model::occurrence(message, *step.field, i);
    places.push_back(i);
    if (at + 1 < steps_.size()) {
      walk(element, at + 1, item, places, found, lacking);
    } else if (found) {
      found(element, places);
    }
    places.pop_back();
  }
  if (any || !lacking) return;
  // The way on from here, with the first of each class that is not there.
  Places way = places;
  for (std::size_t i = at; i < steps_.size(); ++i) way.push_back(std::max(steps_[i].nth - 1, 0));
  lacking(way);
}

void ElementPath::each(const v1::MetaData& document, std::optional<int> item,
                       const std::function<void(std::string_view value, const Places&)>& visit) const {
  const model::LeafPlan* leaf = steps_.back().field->leaf;
  Places places;
  walk(document, 0, item, places,
       [&](const Message& element, const Places& at) {
         visit(
             leaf == nullptr ? std::string_view() : std::string_view(model::leaf_value(element, leaf->kind)),
             at);
       },
       {});
}

void ElementPath::each_with_unit(const v1::MetaData& document, std::optional<int> item,
                                 const ValueWithUnit& visit) const {
  const model::LeafPlan* leaf = steps_.back().field->leaf;
  if (leaf == nullptr) return;
  Places places;
  walk(document, 0, item, places,
       [&](const Message& element, const Places&) {
         std::string unit;
         if (is_number() && model::has_attributes(element, leaf->kind)) {
           for (const model::AttributePlan& attribute : leaf->attributes) {
             if (unit.empty()) unit = leaf->reflection->GetString(element, attribute.field);
           }
         }
         visit(model::leaf_value(element, leaf->kind), unit);
       },
       {});
}

bool ElementPath::is_number() const {
  using model::LeafKind;
  const model::LeafPlan* leaf = steps_.empty() ? nullptr : steps_.back().field->leaf;
  return leaf != nullptr && (leaf->kind == LeafKind::amount || leaf->kind == LeafKind::measure ||
                             leaf->kind == LeafKind::numeric || leaf->kind == LeafKind::quantity);
}

std::vector<ElementPath::Places> ElementPath::missing(const v1::MetaData& document,
                                                      std::optional<int> item) const {
  std::vector<Places> all;
  Places places;
  walk(document, 0, item, places, {}, [&all](const Places& way) { all.push_back(way); });
  return all;
}

Pointer ElementPath::pointer(const v1::MetaData& document, const Places& places,
                             const PointerStyle& style) const {
  Pointer pointer;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const model::FieldPlan& field = *steps_[i].field;
    const std::string& id = field.element->id();
    if (field.child == nullptr) {
      if (!pointer.empty()) pointer.back().set_tag(id);
      continue;
    }
    v1::PointerStep& step = pointer.emplace_back();
    step.set_document_section(id);
    const bool numbered = style.numbered.empty()
                              ? field.repeated
                              : std::ranges::find(style.numbered, id) != style.numbered.end();
    if (!numbered) continue;
    auto number = static_cast<std::uint32_t>(places[i]) + 1;
    if (static_cast<int>(i) == item_step_) {
      // Items go by the number that they bear.
      const auto& items = document.declaration().goods_shipment().government_agency_goods_item();
      if (places[i] < items.size()) {
        const std::string& written = items.Get(places[i]).sequence_numeric().value();
        std::uint32_t sequence = 0;
        const auto read = std::from_chars(written.data(), written.data() + written.size(), sequence);
        if (read.ec == std::errc{} && sequence != 0) number = sequence;
      }
    }
    step.set_sequence(number);
  }
  return pointer;
}

}  // namespace gnc::window
