#include "model/xml/document_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"

namespace gnc::model {
namespace {

// So that a hostile document cannot make a report larger than itself, nor work for ever.
constexpr std::size_t most_errors = 1000;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::size_t end = std::min(text.size(), longest);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
  return std::string(text.substr(0, end)) + (end < text.size() ? "…" : "");
}

std::string qualified(const DocumentBuilder::Name& name) {
  return name.uri.empty() ? std::string(name.local) : fmt::format("{{{}}}{}", name.uri, name.local);
}

}  // namespace

DocumentBuilder::DocumentBuilder(std::string_view text, std::string_view name, const ParseLimits& limits,
                                 ElementPositions* positions)
    : name_(name), limits_(limits), positions_(positions), lines_(text) {
  rendition_ = document_.mutable_xml_rendition();
  frames_.reserve(16);
  if (positions_) positions_->elements.clear();
}

bool DocumentBuilder::start_element(const Name& name, const std::vector<Declaration>& declarations,
                                    std::size_t tag) {
  tag_ = tag;
  if (++depth_ > limits_.max_depth) {
    fail_at(v1::DOCUMENT_TOO_LARGE, fmt::format("elements stand deeper than {}", limits_.max_depth), tag);
    return false;
  }
  if (skip_below_ > 0) return true;
  if (positions_) positions_->elements.push_back(lines_.at(tag));
  ++elements_;
  note_rendition(name, declarations);
  if (depth_ == 1) {
    if (!start_root(name)) return false;
  } else if (inside_ == Inside::classes) {
    start_in_class(name);
  } else if (inside_ == Inside::date_time_class && !date_time_seen_ &&
             matches(name, "DateTimeString", frame().date_time_namespace)) {
    date_time_seen_ = true;
    inside_ = Inside::date_time_leaf;
    value_ = mutable_leaf_value(*leaf_message_, leaf_->leaf->kind);
  } else {
    unknown_element(name);
  }
  return !failed_;
}

bool DocumentBuilder::start_root(const Name& name) {
  const ClassPlan& plan = document_plan();
  rendition_->set_without_namespaces(name.uri.empty());
  Frame root;
  root.plan = &plan;
  root.message = &document_;
  root.xml_namespace = name.uri.empty() ? v1::XML_NAMESPACE_OTHER : v1::XML_NAMESPACE_METADATA;
  root.root_name = "MetaData";
  if (matches(name, root.root_name, root.xml_namespace)) {
    frames_.push_back(root);
    return true;
  }
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const FieldPlan& field = plan.fields[i];
    if (!field.child || !matches(name, field.xml_name, namespace_of(root, field))) continue;
    rendition_->set_without_metadata(true);
    frames_.push_back(root);
    frame().at = static_cast<int>(i);
    frame().count = 1;
    enter(frame(), static_cast<int>(i));
    return true;
  }
  fail_at(v1::DOCUMENT_KIND_UNKNOWN, fmt::format("its root element is {}", qualified(name)), tag_,
          fmt::format("Lodge a WCO Data Model document: MetaData (namespace {}), Declaration or Response.",
                      namespace_uri(v1::XML_NAMESPACE_METADATA)));
  return false;
}

void DocumentBuilder::start_in_class(const Name& name) {
  Frame& in = frame();
  const auto count = static_cast<int>(in.plan->fields.size());
  const bool again = in.at >= 0 && in.plan->fields[static_cast<std::size_t>(in.at)].repeated;
  for (int i = again ? in.at : in.at + 1; i < count; ++i) {
    const FieldPlan& field = in.plan->fields[static_cast<std::size_t>(i)];
    if (!matches(name, field.xml_name, namespace_of(in, field))) continue;
    in.count = i == in.at ? in.count + 1 : 1;
    in.at = i;
    enter(in, i);
    return;
  }
  unknown_element(name);
}

void DocumentBuilder::enter(Frame& in, int index) {
  const FieldPlan& field = in.plan->fields[static_cast<std::size_t>(index)];
  const auto* reflection = field.reflection;
  google::protobuf::Message* message = field.repeated ? reflection->AddMessage(in.message, field.field)
                                                      : reflection->MutableMessage(in.message, field.field);
  if (field.child) {
    Frame next;
    next.plan = field.child;
    next.message = message;
    next.xml_namespace = namespace_of(in, field);
    next.date_time_namespace = field.element->date_time_namespace() != v1::XML_NAMESPACE_OTHER
                                   ? field.element->date_time_namespace()
                                   : in.date_time_namespace;
    if (rendition_->without_namespaces()) next.date_time_namespace = v1::XML_NAMESPACE_OTHER;
    frames_.push_back(next);
    return;
  }
  leaf_ = &field;
  leaf_message_ = message;
  inside_ = field.element->date_time_string() ? Inside::date_time_class : Inside::leaf;
  date_time_seen_ = false;
  value_ = inside_ == Inside::leaf ? mutable_leaf_value(*message, field.leaf->kind) : nullptr;
}

void DocumentBuilder::attribute(const Attribute& given) {
  if (skip_below_ > 0) return;
  const Name& name = given.name;
  if (name.uri == namespace_uri(v1::XML_NAMESPACE_SCHEMA_INSTANCE)) {
    if (name.local == "schemaLocation") {
      element_rendition().set_schema_location(std::string(given.value));
      return;
    }
    if (name.local == "noNamespaceSchemaLocation") {
      element_rendition().set_no_namespace_schema_location(std::string(given.value));
      return;
    }
  }
  const bool has_attributes = inside_ == Inside::leaf || inside_ == Inside::date_time_leaf;
  if (has_attributes && name.uri.empty()) {
    for (const AttributePlan& attribute : leaf_->leaf->attributes) {
      if (attribute.xml_name != name.local) continue;
      leaf_->leaf->reflection->SetString(leaf_message_, attribute.field, std::string(given.value));
      return;
    }
  }
  std::vector<std::string_view> known_here;
  if (has_attributes) {
    for (const AttributePlan& attribute : leaf_->leaf->attributes) known_here.push_back(attribute.xml_name);
  }
  const std::string_view near = nearest_spelling(name.local, known_here).value_or("");
  report(v1::ELEMENT_UNKNOWN,
         fmt::format("{}{}/@{} is not an attribute that the data model has there", path(),
                     inside_ == Inside::date_time_leaf ? "/DateTimeString" : "", qualified(name)),
         near.empty() ? "Remove the attribute." : fmt::format("Write {}, or remove the attribute.", near));
}

void DocumentBuilder::end_element() {
  scope_.leave(depth_);
  if (skip_below_ > 0) {
    if (depth_ == skip_below_) skip_below_ = 0;
  } else if (inside_ == Inside::date_time_leaf) {
    inside_ = Inside::date_time_class;
    value_ = nullptr;
  } else if (inside_ != Inside::classes) {
    if (inside_ == Inside::date_time_class && !date_time_seen_) {
      report(v1::ELEMENT_MISSING, fmt::format("{} holds no DateTimeString", path()),
             "Write the date in a DateTimeString element with its formatCode.");
    }
    inside_ = Inside::classes;
    leaf_ = nullptr;
    value_ = nullptr;
  } else {
    frames_.pop_back();
  }
  --depth_;
}

void DocumentBuilder::text(std::string_view characters) {
  if (skip_below_ > 0) return;
  if (value_) {
    value_->append(characters);
  } else if (!is_blank(characters)) {
    report(
        v1::ELEMENT_UNKNOWN,
        fmt::format("the text \"{}\" stands in {}, which holds elements only", excerpt(characters), path()),
        "Put the text in the element that it belongs to, or remove it.");
  }
}

void DocumentBuilder::processing_instruction(std::string_view target, std::size_t tag) {
  tag_ = tag;
  report(v1::ELEMENT_UNKNOWN, fmt::format("a processing instruction ({}), which no document has", target),
         "Remove the processing instruction.");
}

// Pointers are compared first: the parser gives the same namespace from the same place.
v1::XmlNamespace DocumentBuilder::known(std::string_view uri) {
  if (uri.data() != last_uri_.data() || uri.size() != last_uri_.size()) {
    last_uri_ = uri;
    last_known_ = known_namespace(uri);
  }
  return last_known_;
}

bool DocumentBuilder::matches(const Name& name, std::string_view xml_name, v1::XmlNamespace expected) const {
  return name.local == xml_name &&
         (rendition_->without_namespaces()
              ? name.uri.empty()
              : expected != v1::XML_NAMESPACE_OTHER && name.uri == namespace_uri(expected));
}

v1::XmlNamespace DocumentBuilder::namespace_of(const Frame& in, const FieldPlan& field) const {
  return field.element->xml_namespace() != v1::XML_NAMESPACE_OTHER ? field.element->xml_namespace()
                                                                   : in.xml_namespace;
}

v1::XmlElementRendition& DocumentBuilder::element_rendition() {
  const std::uint32_t element = elements_ - 1;
  auto* elements = rendition_->mutable_elements();
  if (elements->empty() || elements->rbegin()->element() != element) elements->Add()->set_element(element);
  return *elements->rbegin();
}

void DocumentBuilder::note_rendition(const Name& name, const std::vector<Declaration>& declarations) {
  for (const Declaration& declared : declarations) {
    const v1::XmlNamespace which = known_namespace(declared.uri);
    scope_.bind(declared.prefix, which, depth_);
    v1::XmlNamespaceDeclaration& noted = *element_rendition().add_namespaces();
    noted.set_prefix(std::string(declared.prefix));
    noted.set_known(which);
    if (which == v1::XML_NAMESPACE_OTHER) noted.set_uri(std::string(declared.uri));
  }
  if (name.uri.empty()) return;
  const v1::XmlNamespace which = known(name.uri);
  if (which == v1::XML_NAMESPACE_OTHER) return;
  if (scope_.prefix_of(which) != name.prefix) element_rendition().set_prefix(std::string(name.prefix));
}

void DocumentBuilder::unknown_element(const Name& name) {
  skip_below_ = depth_;
  const std::string place = path();
  if (inside_ != Inside::classes) {
    const bool is_date = inside_ == Inside::date_time_class;
    report(v1::ELEMENT_UNKNOWN,
           is_date && date_time_seen_
               ? fmt::format("{}/{} is one element too many", place, qualified(name))
               : fmt::format("{}/{} is not an element that the data model has there", place, qualified(name)),
           is_date ? fmt::format("Write one DateTimeString (namespace {}).",
                                 namespace_uri(frame().date_time_namespace))
                   : fmt::format("{} holds a value, not elements: remove the element.", leaf_->xml_name));
    return;
  }
  const Frame& in = frame();
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < in.plan->fields.size(); ++i) {
    const FieldPlan& field = in.plan->fields[i];
    names.push_back(field.xml_name);
    if (!matches(name, field.xml_name, namespace_of(in, field))) continue;
    if (static_cast<int>(i) == in.at) {
      report(v1::ELEMENT_TOO_OFTEN, fmt::format("{}/{} occurs more than once", place, name.local), {});
    } else {
      report(v1::ELEMENT_UNKNOWN,
             fmt::format("{}/{} stands after {}, where the data model does not have it", place, name.local,
                         in.plan->fields[static_cast<std::size_t>(in.at)].xml_name),
             fmt::format("Move {} to before {}: elements stand in the data model's order.", name.local,
                         in.plan->fields[i + 1].xml_name));
    }
    return;
  }
  const std::string_view near = nearest_spelling(name.local, names).value_or("");
  std::string remedy;
  if (near == name.local) {
    const auto field = std::find_if(in.plan->fields.begin(), in.plan->fields.end(),
                                    [&](const FieldPlan& f) { return f.xml_name == near; });
    remedy = rendition_->without_namespaces()
                 ? fmt::format("Give {} no namespace, as its root has none.", near)
                 : fmt::format("Give {} the namespace {}.", near, namespace_uri(namespace_of(in, *field)));
  } else if (!near.empty()) {
    remedy = fmt::format("Write {}, if that is meant; else remove the element.", near);
  }
  report(v1::ELEMENT_UNKNOWN,
         fmt::format("{}/{} is not an element that the data model has there", place, qualified(name)),
         std::move(remedy));
}

std::string DocumentBuilder::path() const {
  std::string out;
  const auto add = [&out](std::string_view name, const FieldPlan* field, int count) {
    const bool first = out.empty();
    if (!first) out += '/';
    out += name;
    if (field && field->repeated && (!first || count > 1)) out += fmt::format("[{}]", count);
  };
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const Frame& in = frames_[i];
    if (!in.root_name.empty() && (frames_.size() == 1 && !leaf_)) add(in.root_name, nullptr, 0);
    const bool has_next = i + 1 < frames_.size() || leaf_;
    if (!has_next || in.at < 0) continue;
    const FieldPlan& field = in.plan->fields[static_cast<std::size_t>(in.at)];
    if (!in.root_name.empty() && !field.child) add(in.root_name, nullptr, 0);
    add(field.xml_name, &field, in.count);
  }
  return out;
}

void DocumentBuilder::report(v1::ErrorCode code, std::string detail, std::string remedy) {
  if (failed_) return;
  const std::string place = where(name_, lines_.at(tag_));
  errors_.push_back({code, std::move(detail), place, std::move(remedy)});
  if (errors_.size() < most_errors) return;
  failed_ = true;
  errors_.push_back({code,
                     fmt::format("{} errors stand before this place; what follows was not read", most_errors),
                     place, "Correct these first."});
}

void DocumentBuilder::fail(Error error) {
  if (failed_) return;
  failed_ = true;
  errors_.clear();
  errors_.push_back(std::move(error));
}

void DocumentBuilder::fail_at(v1::ErrorCode code, std::string detail, std::size_t offset,
                              std::string remedy) {
  fail({code, std::move(detail), where(name_, lines_.at(offset)), std::move(remedy)});
}

tl::expected<v1::MetaData, std::vector<Error>> DocumentBuilder::finish() {
  if (errors_.empty() && !document_.has_declaration() && document_.response().empty()) {
    fail_at(v1::DOCUMENT_KIND_UNKNOWN, "MetaData holds neither a Declaration nor a Response", tag_);
  }
  if (!errors_.empty()) return tl::unexpected(std::move(errors_));
  if (rendition_->ByteSizeLong() == 0) document_.clear_xml_rendition();
  return std::move(document_);
}

}  // namespace gnc::model
