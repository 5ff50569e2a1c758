#include "model/document/document.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/json.h"
#include "model/document/outline.h"
#include "model/xml/reader.h"
#include "model/xml/writer.h"

namespace gnc::model {
namespace {

bool read_protobuf(std::string_view bytes, int max_depth, v1::MetaData& document) {
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(max_depth);
  return document.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
}

// The first character that is not blank, past a byte order mark; UTF-16's NULs are passed over too.
char first_character(std::string_view bytes) {
  for (const std::string_view mark : {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}) {
    if (bytes.starts_with(mark)) {
      bytes.remove_prefix(mark.size());
      break;
    }
  }
  const std::size_t at = bytes.find_first_not_of(std::string_view(" \t\r\n\0", 5));
  return at == std::string_view::npos ? '\0' : bytes[at];
}

bool has_extension(std::string_view extension, std::string_view wanted) {
  return std::equal(extension.begin(), extension.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

tl::unexpected<std::vector<Error>> one(v1::ErrorCode code, std::string detail, std::string_view place,
                                       std::string remedy = {}) {
  return tl::unexpected(std::vector<Error>{{code, std::move(detail), std::string(place), std::move(remedy)}});
}

tl::unexpected<std::vector<Error>> too_large(std::size_t bytes, const ParseLimits& limits,
                                             std::string_view name) {
  return one(v1::DOCUMENT_TOO_LARGE,
             fmt::format("{} bytes, where at most {} are read", bytes, limits.max_bytes), name);
}

}  // namespace

tl::expected<void, std::vector<Error>> parse_protobuf(std::string_view bytes, std::string_view name,
                                                      v1::MetaData& document, const ParseLimits& limits) {
  if (bytes.size() > limits.max_bytes) return too_large(bytes.size(), limits, name);
  if (read_protobuf(bytes, limits.max_depth, document)) return {};
  return one(v1::TYPE_OF_VALUE, fmt::format("the {} bytes are not a serialised MetaData", bytes.size()),
             name);
}

tl::expected<v1::MetaData, std::vector<Error>> parse(std::string_view bytes, Form form, std::string_view name,
                                                     const ParseLimits& limits, ElementPositions* positions) {
  if (positions) positions->elements.clear();
  if (bytes.size() > limits.max_bytes) return too_large(bytes.size(), limits, name);
  switch (form) {
    case Form::xml:
      return read_xml(bytes, name, limits, positions);
    case Form::json:
      return read_json(bytes, name, limits);
    case Form::protobuf: {
      v1::MetaData document;
      if (auto done = parse_protobuf(bytes, name, document, limits); !done) {
        return tl::unexpected(std::move(done.error()));
      }
      return document;
    }
    case Form::text:
      break;
  }
  return one(v1::DOCUMENT_KIND_UNKNOWN, "the outline is for people and is not read back", name,
             "Give the document as XML, JSON or protobuf.");
}

Result<Form> guess_form(std::string_view bytes, std::string_view extension) {
  if (has_extension(extension, ".pb")) return Form::protobuf;
  switch (first_character(bytes)) {
    case '<':
      return Form::xml;
    case '{':
      return Form::json;
    default:
      break;
  }
  if (has_extension(extension, ".xml")) return Form::xml;
  if (has_extension(extension, ".json")) return Form::json;
  v1::MetaData document;
  if (!bytes.empty() && read_protobuf(bytes, ParseLimits{}.max_depth, document) &&
      (document.has_declaration() || !document.response().empty())) {
    return Form::protobuf;
  }
  return failure(v1::DOCUMENT_KIND_UNKNOWN, bytes.empty()
                                                ? "there is nothing in it"
                                                : "it is neither XML, nor JSON, nor a serialised document");
}

std::string write(const v1::MetaData& document, Form form) {
  switch (form) {
    case Form::xml:
      return write_xml(document);
    case Form::json:
      return write_json(document);
    case Form::protobuf:
      return document.SerializeAsString();
    case Form::text:
      break;
  }
  return write_outline(document);
}

std::string_view document_type(const v1::MetaData& document) {
  return document.has_declaration() ? "DEC" : "RES";
}

std::string pointer_text(const std::vector<v1::PointerStep>& pointer) {
  std::string out;
  for (const v1::PointerStep& step : pointer) {
    if (!out.empty()) out += '/';
    out += step.document_section();
    if (step.sequence() > 0) out += fmt::format("[{}]", step.sequence());
    if (!step.tag().empty()) out += (out.empty() ? "" : "/") + step.tag();
  }
  return out;
}

}  // namespace gnc::model
