#include "model/xml/reader.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/xml/document_builder.h"
#include "model/xml/encoding.h"

namespace gnc::model {
namespace {

std::string_view view(const xmlChar* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view{};
}

// libxml2 compares each attribute of a tag with each other one, and each name with each namespace in scope.
constexpr std::ptrdiff_t most_attributes = 1000;

// Where a tag (or a text) with more equals signs than any tag has attributes begins; npos where none does.
std::size_t find_crowded_tag(std::string_view text) {
  if (std::count(text.begin(), text.end(), '=') <= most_attributes) return std::string_view::npos;
  for (std::size_t tag = text.find('<'); tag != std::string_view::npos;) {
    const std::size_t next = text.find('<', tag + 1);
    const std::string_view piece = text.substr(tag, next - tag);
    if (std::count(piece.begin(), piece.end(), '=') > most_attributes) return tag;
    tag = next;
  }
  return std::string_view::npos;
}

// libxml2's SAX2 interface straight into the builder: no tree is made. Handlers for DTDs and entities are
// not set, so that there is nothing that could resolve one.
class Reader {
 public:
  Reader(std::string_view text, std::string_view name, const ParseLimits& limits, ElementPositions* positions)
      : text_(text), name_(name), builder_(text, name, limits, positions) {}

  tl::expected<v1::MetaData, std::vector<Error>> read() {
    if (const std::size_t crowded = find_crowded_tag(text_); crowded != std::string_view::npos) {
      builder_.fail_at(v1::DOCUMENT_TOO_LARGE,
                       fmt::format("more than {} equals signs between one < and the next", most_attributes),
                       crowded, "Write fewer attributes in one tag.");
      return builder_.finish();
    }
    context_.reset(xmlCreateMemoryParserCtxt(text_.data(), static_cast<int>(text_.size())));
    if (!context_) {
      builder_.fail_at(v1::DOCUMENT_NOT_WELL_FORMED, "the file is empty", 0);
      return builder_.finish();
    }
    // The text is UTF-8 by now, whatever its declaration says.
    xmlCtxtUseOptions(context_.get(), XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
                                          XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    xmlSAXHandler handler;
    std::memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = &start_element;
    handler.endElementNs = &end_element;
    handler.characters = &characters;
    handler.ignorableWhitespace = &characters;
    handler.cdataBlock = &characters;
    handler.internalSubset = &document_type_declaration;
    handler.processingInstruction = &processing_instruction;
    handler.serror = &error;
    *context_->sax = handler;
    context_->userData = this;
    xmlParseDocument(context_.get());
    if (!context_->wellFormed) {
      builder_.fail_at(v1::DOCUMENT_NOT_WELL_FORMED, "the text is not well-formed XML", 0);
    }
    return builder_.finish();
  }

 private:
  struct FreeContext {
    void operator()(xmlParserCtxtPtr context) const { xmlFreeParserCtxt(context); }
  };

  static Reader& of(void* self) { return *static_cast<Reader*>(self); }

  // How far the parser has read.
  std::size_t offset() const {
    const xmlParserInputPtr input = context_->input;
    return input->consumed + static_cast<std::size_t>(input->cur - input->base);
  }

  // The "<" of the tag being read: a tag holds no other.
  std::size_t tag_offset() const {
    const std::size_t at = text_.rfind('<', std::max<std::size_t>(offset(), 1) - 1);
    return at == std::string_view::npos ? 0 : at;
  }

  // libxml2 leaves an ampersand in an attribute's value as &#38;, unless it may replace entities.
  std::string_view attribute_value(const xmlChar* begin, const xmlChar* end) {
    constexpr std::string_view ampersand = "&#38;";
    const std::string_view value(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
    if (value.find('&') == std::string_view::npos) return value;
    attribute_value_.clear();
    for (std::size_t at = 0; at < value.size();) {
      attribute_value_ += value[at];
      at += value.substr(at).starts_with(ampersand) ? ampersand.size() : 1;
    }
    return attribute_value_;
  }

  void stop() { xmlStopParser(context_.get()); }

  static void start_element(void* self, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                            int namespace_count, const xmlChar** namespaces, int attribute_count, int,
                            const xmlChar** attributes) {
    Reader& reader = of(self);
    if (reader.builder_.failed()) {
      reader.stop();
      return;
    }
    reader.declarations_.clear();
    for (int i = 0; i < namespace_count; ++i, namespaces += 2) {
      reader.declarations_.push_back({view(namespaces[0]), view(namespaces[1])});
    }
    if (!reader.builder_.start_element({view(local), view(prefix), view(uri)}, reader.declarations_,
                                       reader.tag_offset())) {
      reader.stop();
      return;
    }
    for (int i = 0; i < attribute_count; ++i, attributes += 5) {
      reader.builder_.attribute({{view(attributes[0]), view(attributes[1]), view(attributes[2])},
                                 reader.attribute_value(attributes[3], attributes[4])});
    }
  }

  static void end_element(void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
    if (!of(self).builder_.failed()) of(self).builder_.end_element();
  }

  static void characters(void* self, const xmlChar* text, int length) {
    if (of(self).builder_.failed()) return;
    of(self).builder_.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
  }

  static void document_type_declaration(void* self, const xmlChar* root, const xmlChar*, const xmlChar*) {
    Reader& reader = of(self);
    reader.builder_.fail_at(v1::DOCUMENT_UNSAFE,
                            fmt::format("the document declares its type (<!DOCTYPE {} …)", view(root)),
                            reader.tag_offset());
    reader.stop();
  }

  static void processing_instruction(void* self, const xmlChar* target, const xmlChar*) {
    if (of(self).builder_.failed()) return;
    of(self).builder_.processing_instruction(view(target), of(self).tag_offset());
  }

  static void error(void* self, xmlErrorPtr error) {
    Reader& reader = of(self);
    if (error->level == XML_ERR_WARNING || reader.builder_.failed()) return;
    std::string message = error->message ? error->message : "the text is not well-formed XML";
    while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
    reader.builder_.fail({v1::DOCUMENT_NOT_WELL_FORMED,
                          std::move(message),
                          where(reader.name_, {error->line, std::max(error->int2, 1)}),
                          {}});
    reader.stop();
  }

  std::string_view text_;
  std::string_view name_;
  DocumentBuilder builder_;
  std::unique_ptr<xmlParserCtxt, FreeContext> context_;
  std::vector<DocumentBuilder::Declaration> declarations_;
  std::string attribute_value_;
};

}  // namespace

tl::expected<v1::MetaData, std::vector<Error>> read_xml(std::string_view bytes, std::string_view name,
                                                        const ParseLimits& limits,
                                                        ElementPositions* positions) {
  const Result<std::unique_ptr<DecodedText>> decoded = decode_xml(bytes, name);
  if (!decoded) return tl::unexpected(std::vector<Error>{decoded.error()});
  return Reader((*decoded)->text, name, limits, positions).read();
}

}  // namespace gnc::model
