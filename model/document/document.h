#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/result.h"

// Documents as customs knows them: reading, writing and checking WCO Data Model messages.
namespace gnc::model {

// The forms that a document can have. `text` is written, never read.
enum class Form { xml, json, protobuf, text };

struct ParseLimits {
  std::size_t max_bytes = 8u << 20;
  int max_depth = 64;
};

// A fault of a document's content, as a RES Error would give it.
struct Fault {
  v1::ErrorCode code{};
  std::string detail;
  std::vector<v1::PointerStep> pointer;
  std::string path;  // "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/…"
  int line = 0;      // where the form has lines and they are known
  int column = 0;
};

// Where an element's tag begins, both from 1.
struct Position {
  int line = 0;
  int column = 0;
};

// Where the elements of an XML document stood, in document order, the root first.
struct ElementPositions {
  std::vector<Position> elements;
};

// Reads a document. `name` stands before :line:column in errors. Not well-formed, unsafe, too large or of
// an unknown kind: one error. Elements that the contract does not know, or not at that place: one error
// each. `positions`, where given, is filled from XML.
tl::expected<v1::MetaData, std::vector<Error>> parse(std::string_view bytes, Form form, std::string_view name,
                                                     const ParseLimits& = {},
                                                     ElementPositions* positions = nullptr);

// The same of a serialised MetaData, into `document`, which may stand in an arena.
tl::expected<void, std::vector<Error>> parse_protobuf(std::string_view bytes, std::string_view name,
                                                      v1::MetaData& document, const ParseLimits& = {});

// By content, with the file's extension (".xml") as a hint; DOCUMENT_KIND_UNKNOWN where neither tells.
Result<Form> guess_form(std::string_view bytes, std::string_view extension);

// Writes it. XML has the namespaces and prefixes of the original where that was XML, else the standard
// ones; a character that XML cannot carry (check() faults it) is written as U+FFFD. `text` is an indented
// outline for people.
std::string write(const v1::MetaData&, Form form);

// "DEC" or "RES".
std::string_view document_type(const v1::MetaData&);

// Formats, code lists and cardinalities, by the contract's field options. Empty: conformant. `positions`
// are those that parse() gave for this very document; they give the faults their lines.
std::vector<Fault> check(const v1::MetaData&, const ElementPositions* positions = nullptr);

// "42A/67A/68A[2]/R144", for people.
std::string pointer_text(const std::vector<v1::PointerStep>&);

}  // namespace gnc::model
