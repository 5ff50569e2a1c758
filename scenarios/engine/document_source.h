#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/capture_text.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// A captured value that goes into a document when it is lodged.
struct CapturePoint {
  std::size_t offset = 0;  // in the bytes, before any value is put in
  std::string name;
  bool operator==(const CapturePoint&) const = default;
};

// A document's bytes as they stand in its file, or as they were made.
struct SourceDocument {
  std::string name;  // the path as it was found, "orders.csv:3" for a row, "generated 17"
  std::string bytes;
  std::string form_hint;                    // "xml"
  std::vector<CapturePoint> captures = {};  // by offset
};

// Documents that several may share.
class DocumentSet {
 public:
  DocumentSet() = default;
  DocumentSet(std::vector<SourceDocument> documents)
      : documents_(std::make_shared<const std::vector<SourceDocument>>(std::move(documents))) {}
  DocumentSet(std::initializer_list<SourceDocument> documents)
      : DocumentSet(std::vector<SourceDocument>(documents)) {}

  std::size_t size() const { return documents_ ? documents_->size() : 0; }
  const SourceDocument& operator[](std::size_t index) const { return (*documents_)[index]; }
  auto begin() const { return documents_ ? documents_->data() : nullptr; }
  auto end() const { return documents_ ? documents_->data() + documents_->size() : nullptr; }

 private:
  std::shared_ptr<const std::vector<SourceDocument>> documents_;
};

// The most that is read of one document: one byte more than any that a single window takes in, so that a
// larger one is refused there, by name.
constexpr std::size_t most_document_bytes = (8u << 20) + 1;

// The bytes with every captured value in its place, escaped as the form needs it. REFERENCE_UNKNOWN where
// nothing was captured under a name.
Result<std::string> with_captures(const SourceDocument&, const Captures& values);

// All documents of files or of a template, in their order; at least one. `folder` is what names in it are
// relative to, `where` the place in mistakes that have none of their own. Of generated ones, none.
tl::expected<std::vector<SourceDocument>, std::vector<Error>> load_documents(
    const DocumentSource&, const std::filesystem::path& folder, const std::string& where);

// The bytes as the document's form can carry them: "&amp;" in XML, "\"" in JSON.
std::string escaped(std::string_view value, std::string_view form_hint);

}  // namespace gnc::scenarios
