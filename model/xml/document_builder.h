#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/document/document.h"
#include "model/document/plan.h"
#include "model/xml/encoding.h"
#include "model/xml/namespace_scope.h"

namespace gnc::model {

// Builds a document from the events of a parser, along the plan. Names and namespaces given must stay
// where they are until the end of the document, as libxml2's dictionary keeps them.
class DocumentBuilder {
 public:
  struct Name {
    std::string_view local;
    std::string_view prefix;
    std::string_view uri;
  };
  struct Attribute {
    Name name;
    std::string_view value;
  };
  struct Declaration {
    std::string_view prefix;
    std::string_view uri;
  };

  DocumentBuilder(std::string_view text, std::string_view name, const ParseLimits& limits,
                  ElementPositions* positions);

  // Each gives false where nothing after it matters: failure() says why. `tag` is the byte offset of
  // the tag's "<".
  bool start_element(const Name&, const std::vector<Declaration>&, std::size_t tag);
  void attribute(const Attribute&);
  void end_element();
  void text(std::string_view characters);
  void processing_instruction(std::string_view target, std::size_t tag);

  bool failed() const { return failed_; }
  void fail(Error error);
  void fail_at(v1::ErrorCode code, std::string detail, std::size_t offset, std::string remedy = {});

  // The document, or everything that was wrong with it.
  tl::expected<v1::MetaData, std::vector<Error>> finish();

 private:
  struct Frame {
    const ClassPlan* plan = nullptr;
    google::protobuf::Message* message = nullptr;
    v1::XmlNamespace xml_namespace{};
    v1::XmlNamespace date_time_namespace{};
    int at = -1;    // index of the field that its last element had
    int count = 0;  // occurrences of that field so far
    std::string_view root_name;
  };
  enum class Inside { classes, leaf, date_time_class, date_time_leaf };

  bool start_root(const Name&);
  void start_in_class(const Name&);
  void enter(Frame& frame, int index);
  void push_root(const FieldPlan& field);
  bool matches(const Name&, std::string_view xml_name, v1::XmlNamespace expected) const;
  v1::XmlNamespace known(std::string_view uri);
  v1::XmlNamespace namespace_of(const Frame& frame, const FieldPlan& field) const;
  void note_rendition(const Name&, const std::vector<Declaration>&);
  v1::XmlElementRendition& element_rendition();
  void unknown_element(const Name&);
  void unknown_text(std::string_view characters);
  void report(v1::ErrorCode code, std::string detail, std::string remedy);
  std::string path() const;
  Frame& frame() { return frames_.back(); }

  std::string_view name_;
  ParseLimits limits_;
  ElementPositions* positions_;
  LineFinder lines_;
  v1::MetaData document_;
  v1::XmlRendition* rendition_;
  NamespaceScope scope_;
  std::vector<Frame> frames_;
  Inside inside_ = Inside::classes;
  const FieldPlan* leaf_ = nullptr;
  google::protobuf::Message* leaf_message_ = nullptr;
  std::string* value_ = nullptr;
  bool date_time_seen_ = false;
  int depth_ = 0;
  int skip_below_ = 0;          // depth of the unknown element that is being passed over; 0: none
  std::uint32_t elements_ = 0;  // those that have begun
  std::size_t tag_ = 0;
  std::string_view last_uri_;
  v1::XmlNamespace last_known_ = v1::XML_NAMESPACE_OTHER;
  bool failed_ = false;
  std::vector<Error> errors_;
};

}  // namespace gnc::model
