#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The one place where text from outside becomes part of a page, an XML file or a CSV file. All of these make
// it printable first: control characters, terminal sequences, bidirectional overrides and bytes that are no
// UTF-8 are shown as \u{1b} or \x{ff}.
namespace gnc::scenarios {

// As much as a person reads of one value.
inline constexpr std::size_t usual_bytes = 2000;

// No longer than about `most_bytes`; what is left out is said: "AAAA… (10,485,760 bytes)".
std::string bounded(std::string_view text, std::size_t most_bytes = usual_bytes);

// For HTML, and for XML, in text and in quoted attributes.
std::string html_escaped(std::string_view text, std::size_t most_bytes = usual_bytes);

// One field of a CSV file (RFC 4180), quoted where it must be. What a spreadsheet would take for a formula
// (it begins with = + - @, and is no plain number) gets an apostrophe before it.
std::string csv_field(std::string_view text, std::size_t most_bytes = 32'000);

}  // namespace gnc::scenarios
