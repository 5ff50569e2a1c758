#include "model/document/plan.h"

#include <cctype>
#include <map>
#include <memory>
#include <stdexcept>
#include <unordered_map>

#include "model/conformance/value_format.h"

namespace gnc::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "list_agency_id" is the attribute listAgencyID: UN/CEFACT writes ID and URI in capitals.
std::string attribute_name(const std::string& field_name) {
  std::string out;
  for (std::size_t start = 0; start < field_name.size();) {
    std::size_t end = field_name.find('_', start);
    if (end == std::string::npos) end = field_name.size();
    std::string word = field_name.substr(start, end - start);
    if (word == "id" || word == "uri") {
      for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    } else if (start > 0) {
      word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
    }
    out += word;
    start = end + 1;
  }
  return out;
}

class Compiler {
 public:
  Compiler() {
    add_leaf<v1::Amount>(LeafKind::amount);
    add_leaf<v1::Code>(LeafKind::code);
    add_leaf<v1::DateTime>(LeafKind::date_time);
    add_leaf<v1::Identifier>(LeafKind::identifier);
    add_leaf<v1::Measure>(LeafKind::measure);
    add_leaf<v1::Numeric>(LeafKind::numeric);
    add_leaf<v1::Quantity>(LeafKind::quantity);
    add_leaf<v1::Text>(LeafKind::text);
    document_ = compile(v1::MetaData::descriptor());
  }

  const ClassPlan& document() const { return *document_; }

 private:
  template <class Leaf>
  void add_leaf(LeafKind kind) {
    LeafPlan& plan = leaves_[Leaf::descriptor()];
    plan.kind = kind;
    plan.reflection = Leaf::default_instance().GetReflection();
    for (int i = 0; i < Leaf::descriptor()->field_count(); ++i) {
      const FieldDescriptor* field = Leaf::descriptor()->field(i);
      if (field->name() != "value") plan.attributes.push_back({attribute_name(field->name()), field});
    }
  }

  const ClassPlan* compile(const Descriptor* descriptor) {
    std::unique_ptr<ClassPlan>& plan = classes_[descriptor];
    if (plan) return plan.get();
    plan = std::make_unique<ClassPlan>();
    plan->descriptor = descriptor;
    ClassPlan* compiled = plan.get();
    const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* field = descriptor->field(i);
      if (!field->options().HasExtension(v1::wco)) continue;
      FieldPlan entry;
      entry.field = field;
      entry.reflection = prototype->GetReflection();
      entry.element = &field->options().GetExtension(v1::wco);
      entry.xml_name = entry.element->xml_name();
      entry.repeated = field->is_repeated();
      const auto leaf = leaves_.find(field->message_type());
      if (leaf != leaves_.end()) {
        entry.leaf = &leaf->second;
        if (!entry.element->format().empty()) entry.format = read_format(entry.element->format());
      } else {
        entry.child = compile(field->message_type());
      }
      compiled->fields.push_back(entry);
    }
    return compiled;
  }

  std::map<const Descriptor*, LeafPlan> leaves_;
  std::map<const Descriptor*, std::unique_ptr<ClassPlan>> classes_;
  const ClassPlan* document_ = nullptr;
};

template <class M>
auto* as(Message& message) {
  return static_cast<M&>(message).mutable_value();
}

}  // namespace

const ClassPlan& document_plan() {
  static const Compiler compiler;
  return compiler.document();
}

std::string_view namespace_uri(v1::XmlNamespace which) {
  static const std::vector<std::string_view> uris = [] {
    std::vector<std::string_view> all(v1::XmlNamespace_ARRAYSIZE);
    const auto* names = v1::XmlNamespace_descriptor();
    for (int i = 0; i < names->value_count(); ++i) {
      all[static_cast<std::size_t>(names->value(i)->number())] =
          names->value(i)->options().GetExtension(v1::namespace_uri);
    }
    return all;
  }();
  const auto index = static_cast<std::size_t>(which);
  return index < uris.size() ? uris[index] : std::string_view{};
}

v1::XmlNamespace known_namespace(std::string_view uri) {
  for (int i = 1; i < v1::XmlNamespace_ARRAYSIZE; ++i) {
    const auto which = static_cast<v1::XmlNamespace>(i);
    if (namespace_uri(which) == uri) return which;
  }
  return v1::XML_NAMESPACE_OTHER;
}

std::string* mutable_leaf_value(Message& leaf, LeafKind kind) {
  switch (kind) {
    case LeafKind::amount:
      return as<v1::Amount>(leaf);
    case LeafKind::code:
      return as<v1::Code>(leaf);
    case LeafKind::date_time:
      return as<v1::DateTime>(leaf);
    case LeafKind::identifier:
      return as<v1::Identifier>(leaf);
    case LeafKind::measure:
      return as<v1::Measure>(leaf);
    case LeafKind::numeric:
      return as<v1::Numeric>(leaf);
    case LeafKind::quantity:
      return as<v1::Quantity>(leaf);
    case LeafKind::text:
      break;
  }
  return as<v1::Text>(leaf);
}

const std::string& leaf_value(const Message& leaf, LeafKind kind) {
  switch (kind) {
    case LeafKind::amount:
      return static_cast<const v1::Amount&>(leaf).value();
    case LeafKind::code:
      return static_cast<const v1::Code&>(leaf).value();
    case LeafKind::date_time:
      return static_cast<const v1::DateTime&>(leaf).value();
    case LeafKind::identifier:
      return static_cast<const v1::Identifier&>(leaf).value();
    case LeafKind::measure:
      return static_cast<const v1::Measure&>(leaf).value();
    case LeafKind::numeric:
      return static_cast<const v1::Numeric&>(leaf).value();
    case LeafKind::quantity:
      return static_cast<const v1::Quantity&>(leaf).value();
    case LeafKind::text:
      break;
  }
  return static_cast<const v1::Text&>(leaf).value();
}

bool has_attributes(const Message& leaf, LeafKind kind) {
  switch (kind) {
    case LeafKind::amount:
      return static_cast<const v1::Amount&>(leaf).has_currency_id();
    case LeafKind::code: {
      const auto& code = static_cast<const v1::Code&>(leaf);
      return code.has_list_id() || code.has_list_agency_id() || code.has_list_agency_name() ||
             code.has_list_name() || code.has_list_version_id() || code.has_name() ||
             code.has_language_id() || code.has_list_uri() || code.has_list_scheme_uri();
    }
    case LeafKind::date_time:
      return static_cast<const v1::DateTime&>(leaf).has_format_code();
    case LeafKind::identifier: {
      const auto& id = static_cast<const v1::Identifier&>(leaf);
      return id.has_scheme_id() || id.has_scheme_name() || id.has_scheme_agency_id() ||
             id.has_scheme_agency_name() || id.has_scheme_version_id() || id.has_scheme_data_uri() ||
             id.has_scheme_uri();
    }
    case LeafKind::measure:
      return static_cast<const v1::Measure&>(leaf).has_unit_code();
    case LeafKind::numeric:
      return false;
    case LeafKind::quantity:
      return static_cast<const v1::Quantity&>(leaf).has_unit_code();
    case LeafKind::text:
      break;
  }
  return static_cast<const v1::Text&>(leaf).has_language_id();
}

int occurrences(const Message& message, const FieldPlan& plan) {
  if (plan.repeated) return plan.reflection->FieldSize(message, plan.field);
  return plan.reflection->HasField(message, plan.field) ? 1 : 0;
}

const Message& occurrence(const Message& message, const FieldPlan& plan, int index) {
  return plan.repeated ? plan.reflection->GetRepeatedMessage(message, plan.field, index)
                       : plan.reflection->GetMessage(message, plan.field);
}

}  // namespace gnc::model
