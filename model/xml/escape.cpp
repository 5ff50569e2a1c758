#include "model/xml/escape.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace gnc::model {
namespace {

enum Kind : unsigned char { plain, in_attributes, everywhere, forbidden, perhaps_forbidden };

constexpr std::array<unsigned char, 256> kinds = [] {
  std::array<unsigned char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = forbidden;
  table['\t'] = table['\n'] = in_attributes;
  table['\r'] = everywhere;
  table['"'] = in_attributes;
  table['&'] = table['<'] = table['>'] = everywhere;
  table[0xef] = perhaps_forbidden;  // the lead byte of U+FFFE and U+FFFF
  return table;
}();

constexpr std::string_view replacement = "\xef\xbf\xbd";

bool is_noncharacter(std::string_view text, std::size_t at) {
  const std::string_view here = text.substr(at, 3);
  return here == "\xef\xbf\xbe" || here == "\xef\xbf\xbf";
}

// Of eight bytes at once.
bool all_printable_ascii(const char* bytes) {
  constexpr std::uint64_t each = 0x0101010101010101u;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t below_space = (word - each * 0x20) & ~word;
  const std::uint64_t beyond_tilde = word | (word + each);
  return ((below_space | beyond_tilde) & (each * 0x80)) == 0;
}

template <bool attribute>
void append(std::string& out, std::string_view text) {
  std::size_t start = 0;
  const auto substitute = [&](std::size_t at, std::size_t length, std::string_view by) {
    out.append(text, start, at - start);
    out += by;
    start = at + length;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto kind = kinds[static_cast<unsigned char>(text[i])];
    if (kind == plain || (kind == in_attributes && !attribute)) continue;
    if (kind == perhaps_forbidden) {
      if (is_noncharacter(text, i)) substitute(i, 3, replacement);
      continue;
    }
    if (kind == forbidden) {
      substitute(i, 1, replacement);
      continue;
    }
    switch (text[i]) {
      case '&':
        substitute(i, 1, "&amp;");
        break;
      case '<':
        substitute(i, 1, "&lt;");
        break;
      case '>':
        substitute(i, 1, "&gt;");
        break;
      case '"':
        substitute(i, 1, "&quot;");
        break;
      case '\t':
        substitute(i, 1, "&#9;");
        break;
      case '\n':
        substitute(i, 1, "&#10;");
        break;
      default:
        substitute(i, 1, "&#13;");
        break;
    }
  }
  out.append(text, start);
}

}  // namespace

void append_text(std::string& out, std::string_view text) { append<false>(out, text); }

void append_attribute_value(std::string& out, std::string_view text) { append<true>(out, text); }

bool is_xml_text(std::string_view text) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (i + word <= text.size() && all_printable_ascii(text.data() + i)) i += word;
    if (i == text.size()) break;
    const auto kind = kinds[static_cast<unsigned char>(text[i])];
    if (kind == forbidden || (kind == perhaps_forbidden && is_noncharacter(text, i))) return false;
  }
  return true;
}

bool is_prefix(std::string_view text) {
  if (text.empty() || text == "xml" || text == "xmlns") return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool starts = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool follows = (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (!starts && !(follows && i > 0)) return false;
  }
  return true;
}

}  // namespace gnc::model
