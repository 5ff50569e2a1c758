#pragma once

#include <string>
#include <string_view>

namespace gnc::v1 {
enum ErrorCode : int;
enum Actor : int;
}  // namespace gnc::v1

namespace gnc {

// Something that did not go as asked. A value; travels in Result<T>.
struct Error {
  // Its entry in the catalogue (proto/gnc/v1/errors.proto).
  v1::ErrorCode code{};
  // What happened here, with the values. Text from outside stands in it as it came: escape on output.
  std::string detail;
  // file:line:column, a WCO pointer, or a peer; may be empty.
  std::string where;
  // What to do about this very case; empty where the catalogue's remedy says enough.
  std::string remedy;
};

// One entry of the catalogue; refers to static storage.
struct CatalogueEntry {
  v1::ErrorCode code{};
  std::string_view name;  // "CERTIFICATE_REVOKED"
  std::string label;      // "GNC-204"
  std::string_view happened;
  std::string_view remedy;
  v1::Actor actor{};
  bool retryable = false;
};

// Every code has an entry; an unknown number gives the entry of ERROR_CODE_UNSPECIFIED.
const CatalogueEntry& catalogue_entry(v1::ErrorCode code);

// "GNC-204".
std::string label(v1::ErrorCode code);

// "scenario.yaml:3:7: GNC-803 KEY_UNKNOWN: … — remedy", one line, control characters escaped.
std::string describe(const Error& error);

// Control characters, bidirectional overrides and invalid UTF-8 shown as \u{…}: for terminals and logs.
std::string printable(std::string_view text);

}  // namespace gnc
