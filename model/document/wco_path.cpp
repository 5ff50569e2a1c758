#include "model/document/wco_path.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/contract_shape.h"
#include "model/yaml/spelling.h"

namespace gnc::model {
namespace {

using google::protobuf::Message;

const FieldPlan* field_of(const ClassPlan& plan, std::uint32_t number) {
  const auto found = std::find_if(plan.fields.begin(), plan.fields.end(), [number](const FieldPlan& field) {
    return field.field->number() == static_cast<int>(number);
  });
  return found == plan.fields.end() ? nullptr : &*found;
}

const AttributePlan* attribute_of(const FieldPlan& field, std::string_view name) {
  if (field.leaf == nullptr) return nullptr;
  const auto& all = field.leaf->attributes;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const AttributePlan& each) { return each.xml_name == name; });
  return found == all.end() ? nullptr : &*found;
}

// The steps of a path, with the [n] of each.
struct WrittenStep {
  std::string_view name;
  std::uint32_t occurrence = 0;
};

Result<std::vector<WrittenStep>> split(std::string_view text) {
  std::vector<WrittenStep> steps;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t slash = std::min(text.find('/', begin), text.size());
    std::string_view step = text.substr(begin, slash - begin);
    begin = slash + 1;
    std::uint32_t occurrence = 0;
    if (const std::size_t bracket = step.find('['); bracket != std::string_view::npos) {
      const std::string_view number = step.substr(bracket + 1);
      const char* end = number.data() + number.size();
      const auto [rest, error] = std::from_chars(number.data(), end, occurrence);
      if (error != std::errc{} || rest == end || *rest != ']' || rest + 1 != end || occurrence == 0) {
        return failure(v1::KEY_VALUE, fmt::format("\"{}\" does not say which one is meant", step), {},
                       "Count from 1: GovernmentAgencyGoodsItem[2].");
      }
      step = step.substr(0, bracket);
    }
    steps.push_back({step, occurrence});
  }
  return steps;
}

Message& mutable_occurrence(Message& message, const FieldPlan& field, int index) {
  return field.repeated ? *field.reflection->MutableRepeatedMessage(&message, field.field, index)
                        : *field.reflection->MutableMessage(&message, field.field);
}

Message& added_occurrence(Message& message, const FieldPlan& field) {
  return field.repeated ? *field.reflection->AddMessage(&message, field.field)
                        : *field.reflection->MutableMessage(&message, field.field);
}

}  // namespace

Result<WcoPath> WcoPath::parse(std::string_view text) {
  WcoPath path;
  path.text_ = text;
  std::string_view elements = text;
  if (const std::size_t at = text.find("/@"); at != std::string_view::npos) {
    path.attribute_ = text.substr(at + 2);
    elements = text.substr(0, at);
  }
  const auto written = split(elements);
  if (!written) return tl::unexpected(written.error());
  std::string plain;
  for (const WrittenStep& step : *written) {
    if (!plain.empty()) plain += '/';
    plain += step.name;
  }
  const auto resolved = resolve_path(plain);
  if (!resolved) return tl::unexpected(resolved.error());

  std::vector<std::string_view> attributes;
  for (const ElementPath& numbers : *resolved) {
    const ClassPlan* plan = &document_plan();
    Chain chain;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const FieldPlan* field = plan == nullptr ? nullptr : field_of(*plan, numbers[i]);
      if (field == nullptr) break;
      chain.push_back({field, (*written)[i].occurrence});
      plan = field->child;
    }
    if (chain.size() != numbers.size()) continue;
    if (!path.attribute_.empty()) {
      const FieldPlan& last = *chain.back().field;
      if (last.leaf != nullptr) {
        for (const AttributePlan& attribute : last.leaf->attributes) attributes.push_back(attribute.xml_name);
      }
      if (attribute_of(last, path.attribute_) == nullptr) continue;
    }
    path.chains_.push_back(std::move(chain));
  }
  if (path.chains_.empty()) {
    return failure(v1::REFERENCE_UNKNOWN,
                   fmt::format("the data model has no attribute \"{}\" of {}", path.attribute_, plain), {},
                   spelling_hint(path.attribute_, attributes));
  }
  return path;
}

bool WcoPath::names_value() const { return chains_.front().back().field->leaf != nullptr; }

std::string_view WcoPath::document_type() const {
  const std::string_view root = chains_.front().front().field->xml_name;
  if (root == "Declaration") return "DEC";
  return root == "Response" ? "RES" : std::string_view();
}

template <class Visit>
void WcoPath::walk(const Message& message, const Chain& chain, std::size_t at, std::vector<int>& indexes,
                   const Visit& visit) {
  const Step& step = chain[at];
  const int count = occurrences(message, *step.field);
  for (int i = 0; i < count; ++i) {
    if (step.occurrence != 0 && step.occurrence != static_cast<std::uint32_t>(i) + 1) continue;
    const Message& element = occurrence(message, *step.field, i);
    indexes.push_back(i);
    if (at + 1 == chain.size()) {
      visit(element, chain, indexes);
    } else {
      walk(element, chain, at + 1, indexes, visit);
    }
    indexes.pop_back();
  }
}

template <class Visit>
void WcoPath::for_each(const v1::MetaData& document, const Visit& visit) const {
  for (const Chain& chain : chains_) {
    std::vector<int> indexes;
    walk(document, chain, 0, indexes, [&](const Message& element, const Chain& steps, const auto& places) {
      const AttributePlan* attribute =
          attribute_.empty() ? nullptr : attribute_of(*steps.back().field, attribute_);
      if (attribute != nullptr && !element.GetReflection()->HasField(element, attribute->field)) return;
      visit(element, steps, places, attribute);
    });
  }
}

std::vector<std::string> WcoPath::values(const v1::MetaData& document) const {
  std::vector<std::string> found;
  for_each(document,
           [&found](const Message& element, const Chain& steps, const auto&, const auto* attribute) {
             const FieldPlan& field = *steps.back().field;
             if (attribute != nullptr) {
               found.push_back(element.GetReflection()->GetString(element, attribute->field));
             } else if (field.leaf != nullptr) {
               found.push_back(leaf_value(element, field.leaf->kind));
             }
           });
  return found;
}

bool WcoPath::is_in(const v1::MetaData& document) const {
  bool found = false;
  for_each(document, [&found](const auto&...) { found = true; });
  return found;
}

std::vector<std::vector<v1::PointerStep>> WcoPath::pointers(const v1::MetaData& document) const {
  std::vector<std::vector<v1::PointerStep>> all;
  for_each(document, [&all](const Message&, const Chain& steps, const std::vector<int>& places, const auto*) {
    std::vector<v1::PointerStep>& pointer = all.emplace_back();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const FieldPlan& field = *steps[i].field;
      if (field.element->id().empty()) continue;
      if (field.child != nullptr) {
        v1::PointerStep& step = pointer.emplace_back();
        step.set_document_section(field.element->id());
        if (field.repeated) step.set_sequence(static_cast<std::uint32_t>(places[i]) + 1);
      } else if (!pointer.empty()) {
        pointer.back().set_tag(field.element->id());
      }
    }
  });
  return all;
}

void WcoPath::assign(Message& leaf, const FieldPlan& field, std::string_view value) const {
  if (attribute_.empty()) {
    *mutable_leaf_value(leaf, field.leaf->kind) = value;
  } else {
    leaf.GetReflection()->SetString(&leaf, attribute_of(field, attribute_)->field, std::string(value));
  }
}

std::size_t WcoPath::set_existing(Message& message, const Chain& chain, std::size_t at,
                                  std::string_view value) const {
  const Step& step = chain[at];
  const int count = occurrences(message, *step.field);
  std::size_t assigned = 0;
  for (int i = 0; i < count; ++i) {
    if (step.occurrence != 0 && step.occurrence != static_cast<std::uint32_t>(i) + 1) continue;
    Message& element = mutable_occurrence(message, *step.field, i);
    if (at + 1 == chain.size()) {
      assign(element, *step.field, value);
      ++assigned;
    } else {
      assigned += set_existing(element, chain, at + 1, value);
    }
  }
  return assigned;
}

Result<void> WcoPath::make(v1::MetaData& document, const Chain& chain, std::string_view value) const {
  // Looked through before anything is made, so that a path that cannot be leaves the document as it was.
  const Message* parent = &document;
  for (const Step& step : chain) {
    const auto there = static_cast<std::uint32_t>(parent == nullptr ? 0 : occurrences(*parent, *step.field));
    const std::uint32_t wanted = std::max(step.occurrence, 1u);
    if (wanted > there + 1 || (wanted > 1 && !step.field->repeated)) {
      return failure(v1::KEY_VALUE, fmt::format("{} asks for {} {}, where there are {}", text_,
                                                step.field->xml_name, wanted, there));
    }
    parent = parent != nullptr && wanted <= there
                 ? &occurrence(*parent, *step.field, static_cast<int>(wanted) - 1)
                 : nullptr;
  }
  Message* message = &document;
  for (const Step& step : chain) {
    const int wanted = static_cast<int>(std::max(step.occurrence, 1u));
    message = wanted <= occurrences(*message, *step.field)
                  ? &mutable_occurrence(*message, *step.field, wanted - 1)
                  : &added_occurrence(*message, *step.field);
  }
  assign(*message, *chain.back().field, value);
  return {};
}

Result<void> WcoPath::set(v1::MetaData& document, std::string_view value) const {
  if (!names_value()) {
    return failure(v1::KEY_VALUE, fmt::format("{} is a class, which has no value of its own", text_), {},
                   "Name an element in it.");
  }
  std::size_t assigned = 0;
  for (const Chain& chain : chains_) assigned += set_existing(document, chain, 0, value);
  return assigned > 0 ? Result<void>() : make(document, chains_.front(), value);
}

}  // namespace gnc::model
