#include "scenarios/engine/key_definition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gnc::scenarios {

std::string kind_words(const KeyDefinition& key) {
  using Kind = KeyDefinition::Kind;
  switch (key.kind) {
    case Kind::text:
      return "text";
    case Kind::whole_number:
      return "whole number";
    case Kind::yes_or_no:
      return "true or false";
    case Kind::duration:
    case Kind::pause:
      return "duration";
    case Kind::signed_duration:
      return "duration, or less than none";
    case Kind::duration_range:
      return "duration, or from..to";
    case Kind::number_range:
      return "whole number, or from..to";
    case Kind::bandwidth:
      return "bandwidth";
    case Kind::rate:
      return "rate";
    case Kind::share:
      return "share";
    case Kind::number:
      return "number";
    case Kind::factor:
      return "factor";
    case Kind::warm_up:
      return "duration or auto";
    case Kind::party:
      return "administration";
    case Kind::word:
      return fmt::format("{}", fmt::join(key.words, ", "));
    case Kind::link:
      return "link";
    case Kind::process:
      return "process";
    case Kind::path:
      return "WCO path";
    case Kind::pattern:
      return "regular expression";
    case Kind::texts:
      return "text or list of texts";
    case Kind::parties:
      return "list of administrations";
    case Kind::documents:
      return "documents";
    case Kind::values_by_name:
      return "values by name";
    case Kind::section:
      return key.section;
    case Kind::sections:
      return fmt::format("list, each {}", key.section);
    case Kind::named_sections:
      return fmt::format("by name, each {}", key.section);
    case Kind::steps:
      return "list of steps";
    case Kind::fault:
      return "a fault without at";
    case Kind::faults:
      return "list of faults";
    case Kind::expectations:
      return "list of expectations";
  }
  return "";
}

}  // namespace gnc::scenarios
