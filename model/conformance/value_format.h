#pragma once

#include <string>
#include <string_view>

#include "model/document/plan.h"

namespace gnc::model {

// A format as the data model writes it: "an..35", "n..16,6". What is none of these is a format without
// bounds.
Format read_format(std::string_view text);

// What is wrong with a value under a format; empty where nothing is. Lengths count characters.
std::string text_fault(std::string_view value, const Format& format);

// The same for a decimal number: "n..16,6" allows 16 digits, of which 6 decimals. As in XML Schema,
// leading zeros, and zeros that end the decimals, do not count.
std::string number_fault(std::string_view value, const Format& format);

// A date under its format code: 102, 203 or 304.
std::string date_fault(std::string_view value, std::string_view format_code);

// Blank characters at the ends removed and those inside made one, as XML Schema reads tokens and numbers.
// Refers to `storage` only where it had to be changed.
std::string_view collapsed(std::string_view value, std::string& storage);

}  // namespace gnc::model
