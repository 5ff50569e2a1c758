#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// Reads a scenario. Every mistake in it is reported, each with file:line:column and what to do.
tl::expected<Scenario, std::vector<Error>> read_scenario(const std::filesystem::path& file);
// `file` names it in errors and is what relative paths in it are relative to.
tl::expected<Scenario, std::vector<Error>> parse_scenario(std::string text,
                                                          const std::filesystem::path& file);

// The language, from the tables that the reader itself reads by.
struct KeyDefinition {
  enum class Kind {
    text,
    whole_number,
    yes_or_no,
    duration,
    bandwidth,
    rate,
    party,
    word,
    texts,
    parties,
    section,
    named_sections,
    step_list,
    workload_list,
    expectation_list
  };
  std::string name;
  Kind kind;
  bool required = false;
  std::string standard;  // the value where it is left out
  std::string meaning;
};
struct SectionDefinition {
  std::string name;  // "the scenario", "a lodge step"
  std::vector<KeyDefinition> keys;
};
std::vector<SectionDefinition> scenario_language();
std::string_view kind_words(KeyDefinition::Kind);

}  // namespace gnc::scenarios
