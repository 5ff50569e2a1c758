#include "model/xml/writer.h"

#include <algorithm>
#include <deque>
#include <string_view>
#include <vector>

#include "model/document/plan.h"
#include "model/xml/escape.h"
#include "model/xml/namespace_scope.h"

namespace gnc::model {
namespace {

using google::protobuf::Message;

std::string_view standard_prefix(v1::XmlNamespace which) {
  switch (which) {
    case v1::XML_NAMESPACE_METADATA:
      return "md";
    case v1::XML_NAMESPACE_SCHEMA_INSTANCE:
      return "xsi";
    case v1::XML_NAMESPACE_DECLARATION_TYPES:
    case v1::XML_NAMESPACE_RESPONSE_TYPES:
      return "ds";
    default:
      return "";
  }
}

// Writes along the plan. The rendition may come from outside, and may be older than the content: a prefix
// is used only where it is bound to the right namespace, and whatever is not bound is bound on the spot.
class Writer {
 public:
  explicit Writer(const v1::MetaData& document)
      : document_(document),
        rendition_(document.xml_rendition()),
        namespaced_(!rendition_.without_namespaces()) {
    out_.reserve(std::size_t{16} << 10);
  }

  std::string write() {
    out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    const ClassPlan& plan = document_plan();
    if (rendition_.without_metadata()) {
      write_fields(document_, plan, v1::XML_NAMESPACE_METADATA, v1::XML_NAMESPACE_OTHER);
    } else {
      const std::string_view prefix = open("MetaData", v1::XML_NAMESPACE_METADATA, v1::XML_NAMESPACE_OTHER);
      out_ += ">\n";
      write_fields(document_, plan, v1::XML_NAMESPACE_METADATA, v1::XML_NAMESPACE_OTHER);
      close("MetaData", prefix);
    }
    return std::move(out_);
  }

 private:
  void write_fields(const Message& message, const ClassPlan& plan, v1::XmlNamespace names,
                    v1::XmlNamespace dates) {
    for (const FieldPlan& field : plan.fields) {
      const int count = occurrences(message, field);
      for (int i = 0; i < count; ++i) write_field(occurrence(message, field, i), field, names, dates);
    }
  }

  void write_field(const Message& message, const FieldPlan& field, v1::XmlNamespace names,
                   v1::XmlNamespace dates) {
    v1::XmlNamespace new_dates = v1::XML_NAMESPACE_OTHER;
    if (field.element->xml_namespace() != v1::XML_NAMESPACE_OTHER) {
      names = field.element->xml_namespace();
      dates = new_dates = field.element->date_time_namespace();
    }
    const std::string_view prefix = open(field.xml_name, names, new_dates);
    if (field.child) {
      const std::size_t before = out_.size();
      out_ += ">\n";
      write_fields(message, *field.child, names, dates);
      if (out_.size() == before + 2) {
        out_.resize(before);
        close_empty();
      } else {
        close(field.xml_name, prefix);
      }
    } else if (field.element->date_time_string()) {
      out_ += ">\n";
      const std::string_view inner = open("DateTimeString", dates, v1::XML_NAMESPACE_OTHER);
      write_leaf(message, *field.leaf, "DateTimeString", inner);
      close(field.xml_name, prefix);
    } else {
      write_leaf(message, *field.leaf, field.xml_name, prefix);
    }
  }

  void write_leaf(const Message& leaf, const LeafPlan& plan, std::string_view xml_name,
                  std::string_view prefix) {
    if (has_attributes(leaf, plan.kind)) {
      for (const AttributePlan& attribute : plan.attributes) {
        if (!plan.reflection->HasField(leaf, attribute.field)) continue;
        append_attribute("", attribute.xml_name,
                         plan.reflection->GetStringReference(leaf, attribute.field, &scratch_));
      }
    }
    const std::string& value = leaf_value(leaf, plan.kind);
    if (value.empty()) {
      close_empty();
      return;
    }
    out_ += '>';
    append_text(out_, value);
    scope_.leave(depth_--);
    append_end_tag(xml_name, prefix);
  }

  // Writes the tag up to its own attributes; gives the prefix that its end has too. `dates` is the
  // namespace of the dates inside, where it changes here.
  std::string_view open(std::string_view xml_name, v1::XmlNamespace names, v1::XmlNamespace dates) {
    indent();
    ++depth_;
    const v1::XmlElementRendition* own = nullptr;
    if (next_rendition_ < rendition_.elements_size() &&
        rendition_.elements(next_rendition_).element() == element_) {
      own = &rendition_.elements(next_rendition_++);
    }
    ++element_;
    declared_.clear();
    if (own) {
      for (const v1::XmlNamespaceDeclaration& declared : own->namespaces()) {
        declare(declared.prefix(), declared.known(), declared.uri());
      }
    }
    const std::string_view prefix = namespaced_ ? choose_prefix(own, names) : std::string_view{};
    if (namespaced_ && dates != v1::XML_NAMESPACE_OTHER && rendition_.elements().empty()) {
      declare(standard_prefix(dates), dates, {});
    }
    out_ += '<';
    append_name(xml_name, prefix);
    std::string_view instance;
    if (own && (own->has_schema_location() || own->has_no_namespace_schema_location())) {
      const auto bound = scope_.prefix_of(v1::XML_NAMESPACE_SCHEMA_INSTANCE);
      instance = bound ? *bound : bind(v1::XML_NAMESPACE_SCHEMA_INSTANCE);
    }
    for (const Declared& declared : declared_) {
      if (declared.prefix.empty()) {
        append_attribute("", "xmlns", declared.uri);
      } else {
        append_attribute("xmlns", declared.prefix, declared.uri);
      }
    }
    if (!instance.empty()) {
      if (own->has_schema_location()) append_attribute(instance, "schemaLocation", own->schema_location());
      if (own->has_no_namespace_schema_location()) {
        append_attribute(instance, "noNamespaceSchemaLocation", own->no_namespace_schema_location());
      }
    }
    return prefix;
  }

  std::string_view choose_prefix(const v1::XmlElementRendition* own, v1::XmlNamespace names) {
    if (own && own->has_prefix() && scope_.binds(own->prefix(), names)) return own->prefix();
    if (const auto bound = scope_.prefix_of(names)) return *bound;
    return bind(names);
  }

  // Declares the namespace here, with its standard prefix if that is still free on this element.
  std::string_view bind(v1::XmlNamespace names) {
    std::string_view prefix = standard_prefix(names);
    while (is_declared(prefix))
      prefix = made_prefixes_.emplace_back("wco" + std::to_string(made_prefixes_.size()));
    declare(prefix, names, {});
    return prefix;
  }

  bool is_declared(std::string_view prefix) const {
    return std::any_of(declared_.begin(), declared_.end(),
                       [&](const Declared& declared) { return declared.prefix == prefix; });
  }

  void declare(std::string_view prefix, v1::XmlNamespace known, std::string_view uri) {
    if (known != v1::XML_NAMESPACE_OTHER) uri = namespace_uri(known);
    if (!prefix.empty() && (!is_prefix(prefix) || uri.empty())) return;
    if (is_declared(prefix)) return;
    declared_.push_back({prefix, uri});
    scope_.bind(prefix, known, depth_);
  }

  void close(std::string_view xml_name, std::string_view prefix) {
    scope_.leave(depth_--);
    indent();
    append_end_tag(xml_name, prefix);
  }

  void close_empty() {
    scope_.leave(depth_--);
    out_ += "/>\n";
  }

  void append_end_tag(std::string_view xml_name, std::string_view prefix) {
    out_ += "</";
    append_name(xml_name, prefix);
    out_ += ">\n";
  }

  void append_name(std::string_view xml_name, std::string_view prefix) {
    if (!prefix.empty()) {
      out_ += prefix;
      out_ += ':';
    }
    out_ += xml_name;
  }

  void append_attribute(std::string_view prefix, std::string_view xml_name, std::string_view value) {
    out_ += ' ';
    append_name(xml_name, prefix);
    out_ += "=\"";
    append_attribute_value(out_, value);
    out_ += '"';
  }

  void indent() { out_.append(2 * static_cast<std::size_t>(depth_), ' '); }

  struct Declared {
    std::string_view prefix;
    std::string_view uri;
  };

  const v1::MetaData& document_;
  const v1::XmlRendition& rendition_;
  const bool namespaced_;
  NamespaceScope scope_;
  std::vector<Declared> declared_;  // on the element being opened
  std::deque<std::string> made_prefixes_;
  int next_rendition_ = 0;
  std::uint32_t element_ = 0;
  int depth_ = 0;
  std::string scratch_;
  std::string out_;
};

}  // namespace

std::string write_xml(const v1::MetaData& document) { return Writer(document).write(); }

}  // namespace gnc::model
