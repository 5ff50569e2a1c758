#include "model/xml/encoding.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::model {
namespace {

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6)), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

Result<std::string> from_utf16(std::string_view bytes, bool big_endian, std::string_view name) {
  const auto malformed = [&](std::size_t at) {
    return failure(v1::DOCUMENT_NOT_WELL_FORMED, fmt::format("the UTF-16 text is broken at byte {}", at),
                   std::string(name), "Write the file in UTF-8, or in whole UTF-16.");
  };
  if (bytes.size() % 2 != 0) return malformed(bytes.size());
  const auto unit = [&](std::size_t i) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xdc00 && c < 0xe000) return malformed(i);
    if (c >= 0xd800 && c < 0xdc00) {
      if (i + 2 >= bytes.size()) return malformed(i);
      const char32_t low = unit(i + 2);
      if (low < 0xdc00 || low >= 0xe000) return malformed(i);
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      i += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

// The encoding that an XML declaration names, in capitals; empty where there is none.
std::string declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return {};
  const std::string_view declaration = text.substr(0, std::min(text.find("?>"), std::size_t{256}));
  const std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const std::size_t open = declaration.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  const std::size_t close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) return {};
  std::string encoding(declaration.substr(open + 1, close - open - 1));
  for (char& c : encoding) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return encoding;
}

}  // namespace

Result<std::unique_ptr<DecodedText>> decode_xml(std::string_view bytes, std::string_view name) {
  using std::string_view_literals::operator""sv;
  auto decoded = std::make_unique<DecodedText>();
  const bool little = bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("<\0"sv);
  const bool big = bytes.starts_with("\xfe\xff"sv) || bytes.starts_with("\0<"sv);
  if (little || big) {
    const bool marked = bytes[0] != '<' && bytes[0] != '\0';
    Result<std::string> text = from_utf16(bytes.substr(marked ? 2 : 0), big, name);
    if (!text) return tl::unexpected(std::move(text.error()));
    decoded->storage = std::move(*text);
    decoded->text = decoded->storage;
  } else {
    decoded->text = bytes;
    if (bytes.starts_with("\xef\xbb\xbf")) decoded->text.remove_prefix(3);
    const std::string encoding = declared_encoding(decoded->text);
    if (encoding == "ISO-8859-1") {
      for (const char c : decoded->text) append_utf8(decoded->storage, static_cast<unsigned char>(c));
      decoded->text = decoded->storage;
    } else if (!encoding.empty() && encoding != "UTF-8" && encoding != "US-ASCII" && encoding != "ASCII") {
      return failure(v1::DOCUMENT_NOT_WELL_FORMED,
                     encoding.starts_with("UTF-16")
                         ? "the XML declaration says UTF-16, but the bytes are not UTF-16"
                         : fmt::format("the encoding {} is not read here", encoding),
                     where(name, {1, 1}), "Write the file in UTF-8, UTF-16 or ISO-8859-1.");
    }
  }
  const std::size_t nul = decoded->text.find('\0');
  if (nul != std::string_view::npos) {
    return failure(v1::DOCUMENT_NOT_WELL_FORMED, "a NUL character, which XML does not have",
                   where(name, LineFinder(decoded->text).at(nul)));
  }
  return decoded;
}

Position LineFinder::at(std::size_t offset) {
  for (; counted_to_ < std::min(offset, text_.size()); ++counted_to_) {
    const auto c = static_cast<unsigned char>(text_[counted_to_]);
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((c & 0xc0) != 0x80) {
      ++position_.column;
    }
  }
  return position_;
}

std::string where(std::string_view name, Position position) {
  return fmt::format("{}:{}:{}", name, position.line, position.column);
}

}  // namespace gnc::model
