#pragma once

#include <string>
#include <string_view>

namespace gnc::model {

// Appends text so that a parser gives it back as it is. What XML cannot carry becomes U+FFFD.
void append_text(std::string& out, std::string_view text);
void append_attribute_value(std::string& out, std::string_view text);

// True where every character of the text is one that XML can carry.
bool is_xml_text(std::string_view text);

// A name without a colon, as prefixes are.
bool is_prefix(std::string_view text);

}  // namespace gnc::model
