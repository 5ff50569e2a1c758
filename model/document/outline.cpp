#include "model/document/outline.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/document/plan.h"
#include "proto/types/error.h"

namespace gnc::model {
namespace {

using google::protobuf::Message;

constexpr std::size_t name_column = 60;

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void write_leaf(std::string& out, const Message& leaf, const FieldPlan& field, std::size_t depth) {
  std::string line = fmt::format("{:{}}{}: {}", "", 2 * depth, field.xml_name,
                                 printable(leaf_value(leaf, field.leaf->kind)));
  const auto* reflection = leaf.GetReflection();
  for (const AttributePlan& attribute : field.leaf->attributes) {
    if (!reflection->HasField(leaf, attribute.field)) continue;
    line +=
        fmt::format(" [{} {}]", attribute.xml_name, printable(reflection->GetString(leaf, attribute.field)));
  }
  const std::string& id = field.element->id();
  const std::string& name = field.element->name();
  if (!id.empty() || !name.empty()) {
    const std::size_t used = width(line);
    line.append(used < name_column ? name_column - used : 2, ' ');
    line += id + (id.empty() || name.empty() ? "" : " ") + name;
  }
  out += line + '\n';
}

void write_class(std::string& out, const Message& message, const ClassPlan& plan, std::size_t depth) {
  for (const FieldPlan& field : plan.fields) {
    const int count = occurrences(message, field);
    for (int i = 0; i < count; ++i) {
      const Message& element = occurrence(message, field, i);
      if (field.leaf) {
        write_leaf(out, element, field, depth);
        continue;
      }
      out += fmt::format("{:{}}{}{} ({})\n", "", 2 * depth, field.xml_name,
                         count > 1 ? fmt::format(" {} of {}", i + 1, count) : std::string(),
                         field.element->id());
      write_class(out, element, *field.child, depth + 1);
    }
  }
}

}  // namespace

std::string write_outline(const v1::MetaData& document) {
  std::string out;
  write_class(out, document, document_plan(), 0);
  return out;
}

}  // namespace gnc::model
