#include "proto/types/error.h"

#include <map>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc {
namespace {

std::map<int, CatalogueEntry> read_catalogue() {
  std::map<int, CatalogueEntry> entries;
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto* value = codes->value(i);
    const v1::CatalogueEntry& entry = value->options().GetExtension(v1::entry);
    entries[value->number()] = CatalogueEntry{static_cast<v1::ErrorCode>(value->number()),
                                              value->name(),
                                              fmt::format("GNC-{}", value->number()),
                                              entry.happened(),
                                              entry.remedy(),
                                              entry.actor(),
                                              entry.retryable()};
  }
  return entries;
}

// The code point at `i`, advancing past it; -1 (and one byte) where the bytes are not UTF-8.
long next_code_point(std::string_view text, std::size_t& i) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(i);
  int more = 0;
  long value = first;
  if (first >= 0xf0 && first <= 0xf4)
    more = 3, value = first & 0x07;
  else if (first >= 0xe0)
    more = 2, value = first & 0x0f;
  else if (first >= 0xc2)
    more = 1, value = first & 0x1f;
  else if (first >= 0x80)
    more = -1;
  if (first >= 0xf5 || more < 0 || i + more >= text.size()) {
    ++i;
    return first < 0x80 ? first : -1;
  }
  for (int k = 1; k <= more; ++k) {
    if ((byte(i + k) & 0xc0) != 0x80) {
      ++i;
      return -1;
    }
    value = (value << 6) | (byte(i + k) & 0x3f);
  }
  // Overlong forms, surrogates and what lies beyond the last code point are no UTF-8.
  static constexpr long least[] = {0, 0x80, 0x800, 0x10000};
  if (value < least[more] || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    ++i;
    return -1;
  }
  i += static_cast<std::size_t>(more) + 1;
  return value;
}

bool is_harmful(long c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

}  // namespace

const CatalogueEntry& catalogue_entry(v1::ErrorCode code) {
  static const std::map<int, CatalogueEntry> catalogue = read_catalogue();
  const auto found = catalogue.find(static_cast<int>(code));
  return found != catalogue.end() ? found->second : catalogue.at(v1::ERROR_CODE_UNSPECIFIED);
}

std::string label(v1::ErrorCode code) { return fmt::format("GNC-{}", static_cast<int>(code)); }

std::string describe(const Error& error) {
  const CatalogueEntry& entry = catalogue_entry(error.code);
  std::string line;
  if (!error.where.empty()) line += printable(error.where) + ": ";
  line += fmt::format("{} {}: ", label(error.code), entry.name);
  line += error.detail.empty() ? std::string(entry.happened) : printable(error.detail);
  line += " - ";
  line += error.remedy.empty() ? std::string(entry.remedy) : printable(error.remedy);
  return line;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const long c = next_code_point(text, i);
    if (c < 0) {
      out += fmt::format("\\x{{{:02x}}}", static_cast<unsigned char>(text[start]));
    } else if (is_harmful(c)) {
      out += fmt::format("\\u{{{:x}}}", c);
    } else {
      out.append(text.substr(start, i - start));
    }
  }
  return out;
}

}  // namespace gnc
