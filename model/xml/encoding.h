#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/document/document.h"

namespace gnc::model {

// The text of an XML file in UTF-8, without a byte order mark.
struct DecodedText {
  std::string_view text;
  std::string storage;  // what `text` refers to, where it had to be converted
};

// UTF-8, UTF-16 and ISO-8859-1 are read, by byte order mark or declaration; others are refused, as are
// NUL characters.
Result<std::unique_ptr<DecodedText>> decode_xml(std::string_view bytes, std::string_view name);

// Finds line and column (in characters) of byte offsets that are asked for in rising order.
class LineFinder {
 public:
  explicit LineFinder(std::string_view text) : text_(text) {}
  Position at(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t counted_to_ = 0;
  Position position_{1, 1};
};

// "name:line:column".
std::string where(std::string_view name, Position position);

}  // namespace gnc::model
