#include "model/document/form.h"

#include <fmt/format.h>

#include "model/document/plan.h"

namespace gnc::model {
namespace {

using google::protobuf::Message;

class Layout {
 public:
  std::vector<FormLine> of(const v1::MetaData& document) {
    add_class(document, document_plan(), {}, {}, 0);
    return std::move(lines_);
  }

 private:
  void add_class(const Message& message, const ClassPlan& plan, const std::string& pointer,
                 std::string_view in_class, std::size_t depth) {
    for (const FieldPlan& field : plan.fields) {
      const int count = occurrences(message, field);
      for (int i = 0; i < count; ++i) {
        const Message& element = occurrence(message, field, i);
        FormLine& line = add_line(field, pointer, in_class, depth);
        if (field.leaf != nullptr) {
          fill(line, element, field);
          continue;
        }
        line.is_class = true;
        if (field.repeated && !line.id.empty()) line.pointer += fmt::format("[{}]", i + 1);
        const std::string here = line.pointer;
        add_class(element, *field.child, here, field.xml_name, depth + 1);
      }
    }
  }

  FormLine& add_line(const FieldPlan& field, const std::string& pointer, std::string_view in_class,
                     std::size_t depth) {
    FormLine& line = lines_.emplace_back();
    line.xml_name = field.xml_name;
    line.id = field.element->id();
    line.name = field.element->name();
    line.in_class = in_class;
    line.depth = depth;
    line.pointer = pointer;
    // What has no id of the dictionary is pointed to by the class that it stands in.
    if (!line.id.empty()) line.pointer += fmt::format("{}{}", pointer.empty() ? "" : "/", line.id);
    return line;
  }

  static void fill(FormLine& line, const Message& leaf, const FieldPlan& field) {
    line.value = leaf_value(leaf, field.leaf->kind);
    const auto* reflection = leaf.GetReflection();
    for (const AttributePlan& attribute : field.leaf->attributes) {
      if (!reflection->HasField(leaf, attribute.field)) continue;
      line.attributes.emplace_back(attribute.xml_name, reflection->GetString(leaf, attribute.field));
    }
  }

  std::vector<FormLine> lines_;
};

}  // namespace

std::vector<FormLine> form_of(const v1::MetaData& document) { return Layout().of(document); }

}  // namespace gnc::model
