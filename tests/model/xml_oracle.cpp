#include "tests/model/xml_oracle.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>

#include <stdexcept>

namespace gnc::test {
namespace {

struct FreeDocument {
  void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

Document read(std::string_view text) {
  return Document(xmlReadMemory(text.data(), static_cast<int>(text.size()), "test.xml", nullptr,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
}

bool is_blank(const xmlNode* node) { return node->type == XML_TEXT_NODE && xmlIsBlankNode(node) == 1; }

void strip(xmlNodePtr parent) {
  bool has_elements = false;
  for (xmlNodePtr node = parent->children; node;) {
    const xmlNodePtr next = node->next;
    if (node->type == XML_COMMENT_NODE) {
      xmlUnlinkNode(node);
      xmlFreeNode(node);
    } else if (node->type == XML_ELEMENT_NODE) {
      has_elements = true;
      strip(node);
    }
    node = next;
  }
  for (xmlNodePtr node = parent->children; has_elements && node;) {
    const xmlNodePtr next = node->next;
    if (is_blank(node)) {
      xmlUnlinkNode(node);
      xmlFreeNode(node);
    }
    node = next;
  }
}

void append_message(void* out, xmlErrorPtr error) { static_cast<std::string*>(out)->append(error->message); }

}  // namespace

std::string canonical_xml(std::string_view text, Canonical kind) {
  const Document document = read(text);
  if (!document) return {};
  strip(xmlDocGetRootElement(document.get()));
  xmlChar* bytes = nullptr;
  const int size = xmlC14NDocDumpMemory(document.get(), nullptr,
                                        kind == Canonical::exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0,
                                        nullptr, 0, &bytes);
  std::string out(reinterpret_cast<const char*>(bytes), size > 0 ? static_cast<std::size_t>(size) : 0);
  xmlFree(bytes);
  return out;
}

struct XmlSchema::State {
  xmlSchemaPtr schema = nullptr;
  ~State() { xmlSchemaFree(schema); }
};

XmlSchema::XmlSchema(const std::filesystem::path& file) : state_(std::make_unique<State>()) {
  xmlSchemaParserCtxtPtr context = xmlSchemaNewParserCtxt(file.c_str());
  state_->schema = xmlSchemaParse(context);
  xmlSchemaFreeParserCtxt(context);
  if (!state_->schema) throw std::runtime_error("not a schema: " + file.string());
}

XmlSchema::~XmlSchema() = default;

std::string XmlSchema::fault(std::string_view text) const {
  const Document document = read(text);
  if (!document) return "not well-formed";
  std::string out;
  xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(state_->schema);
  xmlSchemaSetValidStructuredErrors(context, &append_message, &out);
  const int status = xmlSchemaValidateDoc(context, document.get());
  xmlSchemaFreeValidCtxt(context);
  if (status != 0 && out.empty()) out = "not valid";
  return out;
}

}  // namespace gnc::test
