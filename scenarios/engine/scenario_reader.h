#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/key_definition.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// `overrides` are values set from outside, as "workload.0.arrivals.rate=400/s" (yaml_override.h).
struct ReadOptions {
  std::vector<std::string> overrides;
};

// Reads a scenario. Every mistake in it is reported, each with file:line:column and what to do.
tl::expected<Scenario, std::vector<Error>> read_scenario(const std::filesystem::path& file,
                                                         const ReadOptions& = {});
// `file` names it in errors and is what relative paths in it are relative to.
tl::expected<Scenario, std::vector<Error>> parse_scenario(std::string text, const std::filesystem::path& file,
                                                          const ReadOptions& = {});

// What could be read, and everything that is wrong with it: for checks that look at the rest too.
struct ReadScenario {
  Scenario scenario;
  std::vector<Error> mistakes;
};
ReadScenario read_what_is_right(std::string text, const std::filesystem::path& file, const ReadOptions& = {});

// The language, section by section, from the tables that the reader itself reads by.
std::vector<SectionDefinition> scenario_language();

}  // namespace gnc::scenarios
