#pragma once

#include <string>
#include <string_view>
#include <vector>

// The scenario language as data: what the reader reads by, and what the reference and the JSON Schema are
// made of.
namespace gnc::scenarios {

struct KeyDefinition {
  enum class Kind {
    text,
    whole_number,
    yes_or_no,
    duration,
    signed_duration,  // 90s, -90s
    duration_range,   // 100ms..1s, or one duration
    number_range,     // 1..20, or one number
    bandwidth,
    rate,
    share,   // 1%, 0.01
    number,  // 1, 0.5
    factor,  // 3600x
    warm_up,
    party,
    word,     // one of `words`
    link,     // NZ-gateway
    process,  // gateway, nodes, node-NZ
    path,     // of the WCO Data Model
    pattern,  // a regular expression
    texts,    // one text or a list
    parties,
    documents,
    values_by_name,
    section,         // the section named in `section`
    sections,        // a list of them
    named_sections,  // by names that the author chooses
    steps,
    fault,
    faults,
    expectations,
    pause
  };
  std::string name;
  Kind kind;
  bool required = false;
  std::string standard;  // the value where it is left out
  std::string meaning;
  std::vector<std::string> words = {};
  std::string section = {};
};

struct SectionDefinition {
  std::string name;  // "the scenario", "a lodge step"
  std::vector<KeyDefinition> keys;
};

// "duration", "list of steps", or the words there are.
std::string kind_words(const KeyDefinition&);

}  // namespace gnc::scenarios
