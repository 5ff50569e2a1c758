#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/conformance/code_lists.h"
#include "model/conformance/value_format.h"
#include "model/document/document.h"
#include "model/document/plan.h"
#include "model/xml/escape.h"

namespace gnc::model {
namespace {

using google::protobuf::Message;

std::string excerpt(std::string_view value) {
  constexpr std::size_t longest = 60;
  if (value.size() <= longest) return fmt::format("\"{}\"", value);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return fmt::format("\"{}…\"", value.substr(0, end));
}

bool is_number(LeafKind kind) {
  return kind == LeafKind::amount || kind == LeafKind::measure || kind == LeafKind::numeric ||
         kind == LeafKind::quantity;
}

// Walks the document in its order, counting elements as the XML reader counts them.
class Check {
 public:
  Check(const v1::MetaData& document, const ElementPositions* positions)
      : document_(document), positions_(positions) {
    steps_.reserve(16);
  }

  std::vector<Fault> run() {
    if (!document_.xml_rendition().without_metadata()) ++element_;
    const std::size_t own = 0;
    check_fields(document_, document_plan(), own);
    if (!document_.has_declaration() && document_.response().empty()) {
      fault(v1::ELEMENT_MISSING, "MetaData holds neither a Declaration nor a Response", nullptr, own);
    }
    if (document_.has_declaration() && !document_.response().empty()) {
      fault(v1::ELEMENT_TOO_OFTEN, "MetaData holds a Declaration and a Response, where one kind may stand",
            nullptr, own);
    }
    return std::move(faults_);
  }

 private:
  struct Step {
    const FieldPlan* field = nullptr;
    std::uint32_t sequence = 0;
  };

  void check_fields(const Message& message, const ClassPlan& plan, std::size_t own) {
    for (const FieldPlan& field : plan.fields) {
      const v1::WcoElement& element = *field.element;
      const auto count = static_cast<std::uint32_t>(occurrences(message, field));
      if (count < element.min_occurs()) {
        fault(v1::ELEMENT_MISSING, fmt::format("{} is missing{}", field.xml_name, called(field)), &field,
              own);
      }
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t here = element_++;
        const Message& occurrence_here = occurrence(message, field, static_cast<int>(i));
        steps_.push_back({&field, field.repeated ? i + 1 : 0});
        if (element.max_occurs() > 0 && i == element.max_occurs()) {
          fault(v1::ELEMENT_TOO_OFTEN,
                fmt::format("{} occurs {} times, where at most {} may stand", field.xml_name, count,
                            element.max_occurs()),
                nullptr, here);
        }
        if (field.child) {
          const bool was_in_declaration = in_declaration_;
          if (element.xml_namespace() != v1::XML_NAMESPACE_OTHER) {
            in_declaration_ = element.xml_namespace() == v1::XML_NAMESPACE_DECLARATION;
          }
          check_fields(occurrence_here, *field.child, here);
          in_declaration_ = was_in_declaration;
        } else {
          check_leaf(occurrence_here, field, here);
        }
        steps_.pop_back();
      }
    }
  }

  void check_leaf(const Message& leaf, const FieldPlan& field, std::size_t here) {
    const LeafKind kind = field.leaf->kind;
    const std::string& value = leaf_value(leaf, kind);
    if (field.element->date_time_string()) here = element_++;
    check_attributes(leaf, field, here);
    if (!is_xml_text(value)) {
      fault(v1::VALUE_FORMAT,
            fmt::format("{} is {}, with a character that XML cannot carry", field.xml_name, excerpt(value)),
            nullptr, here);
      return;
    }
    if (kind == LeafKind::date_time) {
      const auto& date = static_cast<const v1::DateTime&>(leaf);
      expect(value, date_fault(value, date.format_code()), field, here);
      return;
    }
    const bool is_token = kind == LeafKind::code || is_number(kind);
    const std::string_view read = is_token ? collapsed(value, scratch_) : std::string_view(value);
    if (is_number(kind)) {
      expect(value, number_fault(read, field.format), field, here);
    } else if (read.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      check_blank(value, field, here);
    } else {
      expect(value, text_fault(read, field.format), field, here);
      check_code(read, field.element->code_list(), field.xml_name, here);
    }
  }

  // In a declaration an element that stands must say something; responses and metadata have empty ones.
  void check_blank(const std::string& value, const FieldPlan& field, std::size_t here) {
    const bool may_be_empty =
        field.format.characters == Format::Characters::numeric && !field.format.fixed_length;
    if (field.element->min_occurs() > 0) {
      fault(v1::ELEMENT_MISSING, fmt::format("{} has no value{}", field.xml_name, called(field)), nullptr,
            here);
    } else if (in_declaration_ && !(may_be_empty && value.empty())) {
      expect(value, "a value that is not blank", field, here);
    }
  }

  void check_attributes(const Message& leaf, const FieldPlan& field, std::size_t here) {
    if (!has_attributes(leaf, field.leaf->kind)) return;
    const auto* reflection = field.leaf->reflection;
    for (const AttributePlan& attribute : field.leaf->attributes) {
      if (!reflection->HasField(leaf, attribute.field)) continue;
      const std::string& value = reflection->GetStringReference(leaf, attribute.field, &scratch_);
      const std::size_t before = faults_.size();
      if (!is_xml_text(value)) {
        fault(v1::VALUE_FORMAT,
              fmt::format("{} is {}, with a character that XML cannot carry", attribute.xml_name,
                          excerpt(value)),
              nullptr, here);
      }
      if (field.leaf->kind == LeafKind::amount) {
        check_code(value, v1::CODE_LIST_ISO_4217, attribute.xml_name, here);
      }
      for (std::size_t i = before; i < faults_.size(); ++i) faults_[i].path += "/@" + attribute.xml_name;
    }
  }

  void check_code(std::string_view value, v1::CodeList list, std::string_view xml_name, std::size_t here) {
    if (list == v1::CODE_LIST_NONE || in_code_list(list, value)) return;
    fault(v1::CODE_UNKNOWN,
          fmt::format("{} is {}, which is not a code of {}", xml_name, excerpt(value), code_list_name(list)),
          nullptr, here);
  }

  void expect(std::string_view value, const std::string& wanted, const FieldPlan& field, std::size_t here) {
    if (wanted.empty()) return;
    const bool by_format = field.leaf->kind != LeafKind::date_time && !field.element->format().empty();
    fault(v1::VALUE_FORMAT,
          fmt::format("{} is {}, where it must be {}{}", field.xml_name, excerpt(value), wanted,
                      by_format ? fmt::format(" ({})", field.element->format()) : std::string()),
          nullptr, here);
  }

  static std::string called(const FieldPlan& field) {
    const std::string& name = field.element->name();
    return name.empty() || name == field.xml_name ? std::string() : fmt::format(" ({})", name);
  }

  // At the element that the steps lead to, or at `missing` inside it. `element` is whose tag to show.
  void fault(v1::ErrorCode code, std::string detail, const FieldPlan* missing, std::size_t element) {
    Fault& fault = faults_.emplace_back();
    fault.code = code;
    fault.detail = std::move(detail);
    const auto add = [&fault](const FieldPlan& field, std::uint32_t sequence) {
      const bool first = fault.path.empty();
      if (!first) fault.path += '/';
      fault.path += field.xml_name;
      if (sequence > (first ? 1u : 0u)) fault.path += fmt::format("[{}]", sequence);
      if (field.element->id().empty()) return;
      if (field.child) {
        v1::PointerStep& step = fault.pointer.emplace_back();
        step.set_document_section(field.element->id());
        step.set_sequence(sequence);
      } else if (!fault.pointer.empty()) {
        fault.pointer.back().set_tag(field.element->id());
      }
    };
    if (steps_.empty()) fault.path = "MetaData";
    if (!steps_.empty() && steps_.front().field->leaf) fault.path = "MetaData";
    for (const Step& step : steps_) add(*step.field, step.sequence);
    if (missing) add(*missing, 0);
    if (positions_ && element < positions_->elements.size()) {
      fault.line = positions_->elements[element].line;
      fault.column = positions_->elements[element].column;
    }
  }

  const v1::MetaData& document_;
  const ElementPositions* positions_;
  std::vector<Step> steps_;
  std::vector<Fault> faults_;
  std::size_t element_ = 0;
  bool in_declaration_ = false;
  std::string scratch_;
};

}  // namespace

std::vector<Fault> check(const v1::MetaData& document, const ElementPositions* positions) {
  return Check(document, positions).run();
}

}  // namespace gnc::model
