#include "nodes/window/amendment.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/plan.h"

namespace gnc::window {
namespace {

using google::protobuf::Message;

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const model::FieldPlan* field_with(const model::ClassPlan& plan, std::string_view id, bool is_class) {
  const auto found = std::ranges::find_if(plan.fields, [&](const model::FieldPlan& field) {
    return field.element->id() == id && (field.child != nullptr) == is_class;
  });
  return found == plan.fields.end() ? nullptr : &*found;
}

// The occurrence with that number: an item by the number that it bears, others by their order. -1: none.
int occurrence_numbered(const Message& message, const model::FieldPlan& field, int number) {
  const int count = model::occurrences(message, field);
  if (field.field->message_type() == v1::GovernmentAgencyGoodsItem::descriptor() && number > 0) {
    for (int i = 0; i < count; ++i) {
      const auto& item =
          static_cast<const v1::GovernmentAgencyGoodsItem&>(model::occurrence(message, field, i));
      if (number_of(item.sequence_numeric().value()) == number) return i;
    }
    return -1;
  }
  const int index = std::max(number, 1) - 1;
  return index < count ? index : -1;
}

Message& mutable_at(Message& message, const model::FieldPlan& field, int index) {
  return field.repeated ? *field.reflection->MutableRepeatedMessage(&message, field.field, index)
                        : *field.reflection->MutableMessage(&message, field.field);
}

// What one Amendment points to, step by step: the classes with their numbers, and the element at the end.
struct Target {
  std::vector<std::pair<const model::FieldPlan*, int>> classes;
  const model::FieldPlan* leaf = nullptr;
};

Result<Target> target_of(const v1::Amendment& amendment) {
  Target target;
  const model::ClassPlan* plan = &model::document_plan();
  const auto unknown = [](std::string_view id) {
    return failure(v1::ELEMENT_UNKNOWN,
                   fmt::format("the amendment points to \"{}\", which is not there", id));
  };
  for (const v1::AmendmentPointer& step : amendment.pointer()) {
    const std::string& section = step.document_section_code().value();
    const model::FieldPlan* field = plan == nullptr ? nullptr : field_with(*plan, section, true);
    if (field == nullptr || target.leaf != nullptr) return unknown(section);
    // A request is about a declaration, and nothing beside it.
    if (target.classes.empty() && field->xml_name != "Declaration") return unknown(section);
    target.classes.emplace_back(field, number_of(step.sequence_numeric().value()));
    plan = field->child;
    if (!step.has_tag_id()) continue;
    target.leaf = field_with(*plan, step.tag_id().value(), false);
    if (target.leaf == nullptr) return unknown(step.tag_id().value());
  }
  if (target.classes.empty()) return unknown("");
  return target;
}

// Where the request has the new value. It has what changes and little else, so that a number beyond its last
// occurrence means the last.
const Message* source_of(const Message& request, const Target& target) {
  const Message* message = &request;
  for (const auto& [field, number] : target.classes) {
    int index = occurrence_numbered(*message, *field, number);
    if (index < 0) index = model::occurrences(*message, *field) - 1;
    if (index < 0) return nullptr;
    message = &model::occurrence(*message, *field, index);
  }
  return message;
}

void remove_at(Message& parent, const model::FieldPlan& field, int index) {
  if (!field.repeated) return field.reflection->ClearField(&parent, field.field);
  const int count = model::occurrences(parent, field);
  for (int i = index; i + 1 < count; ++i) field.reflection->SwapElements(&parent, field.field, i, i + 1);
  field.reflection->RemoveLast(&parent, field.field);
}

void apply(Message& document, const Target& target, const Message* source) {
  Message* parent = nullptr;
  Message* message = &document;
  const model::FieldPlan* last = nullptr;
  int last_index = 0;
  for (const auto& [field, number] : target.classes) {
    int index = occurrence_numbered(*message, *field, number);
    if (index < 0) {
      if (source == nullptr) return;
      if (field->repeated) field->reflection->AddMessage(message, field->field);
      index = field->repeated ? model::occurrences(*message, *field) - 1 : 0;
    }
    parent = message;
    last = field;
    last_index = index;
    message = &mutable_at(*message, *field, index);
  }
  if (target.leaf == nullptr) {
    if (source == nullptr) return remove_at(*parent, *last, last_index);
    return message->CopyFrom(*source);
  }
  const int given = source == nullptr ? 0 : model::occurrences(*source, *target.leaf);
  target.leaf->reflection->ClearField(message, target.leaf->field);
  for (int i = 0; i < given; ++i) {
    Message& leaf = target.leaf->repeated
                        ? *target.leaf->reflection->AddMessage(message, target.leaf->field)
                        : *target.leaf->reflection->MutableMessage(message, target.leaf->field);
    leaf.CopyFrom(model::occurrence(*source, *target.leaf, i));
  }
}

}  // namespace

Result<v1::MetaData> amended(const v1::MetaData& original, const v1::MetaData& request) {
  v1::MetaData changed = original;
  if (request.declaration().amendment_size() == 0)
    return failure(v1::ELEMENT_MISSING, "the request names no amendment");
  for (const v1::Amendment& amendment : request.declaration().amendment()) {
    const Result<Target> target = target_of(amendment);
    if (!target) return tl::unexpected(target.error());
    apply(changed, *target, source_of(request, *target));
  }
  return changed;
}

}  // namespace gnc::window
