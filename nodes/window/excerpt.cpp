#include "nodes/window/excerpt.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/contract_shape.h"

namespace gnc::window {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Excerpt::Node& Excerpt::child_of(Node& node, std::uint32_t number) {
  const auto found = std::ranges::find(node.children, number, &Node::number);
  return found != node.children.end() ? *found : node.children.emplace_back(Node{number, false, {}});
}

Result<void> Excerpt::add(std::string_view path) {
  const auto resolved = model::resolve_path(path);
  if (!resolved) return tl::unexpected(resolved.error());
  for (const model::ElementPath& numbers : *resolved) {
    if (numbers.front() != v1::MetaData::kDeclarationFieldNumber || numbers.size() < 2) {
      return failure(v1::KEY_VALUE, fmt::format("{} is no element of a declaration", path), {},
                     "Name what is told one by one: Declaration/TypeCode.");
    }
    Node* node = &declaration_;
    for (std::size_t i = 1; i < numbers.size(); ++i) node = &child_of(*node, numbers[i]);
    node->whole = true;
  }
  return {};
}

void Excerpt::keep(Message& message, const Node& node) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> there;
  reflection->ListFields(message, &there);
  for (const FieldDescriptor* field : there) {
    const auto number = static_cast<std::uint32_t>(field->number());
    const auto told = std::ranges::find(node.children, number, &Node::number);
    if (told == node.children.end()) {
      reflection->ClearField(&message, field);
      continue;
    }
    if (told->whole || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Message* inner = reflection->MutableMessage(&message, field);
      keep(*inner, *told);
      if (inner->ByteSizeLong() == 0) reflection->ClearField(&message, field);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      keep(*reflection->MutableRepeatedMessage(&message, field, i), *told);
  }
}

v1::Declaration Excerpt::of(const v1::Declaration& declaration, const std::vector<std::size_t>& items) const {
  v1::Declaration told = declaration;
  auto& goods = *told.mutable_goods_shipment()->mutable_government_agency_goods_item();
  int kept = 0;
  for (const std::size_t item : items) goods.SwapElements(kept++, static_cast<int>(item));
  goods.DeleteSubrange(kept, goods.size() - kept);
  keep(told, declaration_);
  return told;
}

}  // namespace gnc::window
