#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// A scenario that the training page can play when it is asked to.
struct ShelvedScenario {
  std::string id;  // its path in the library, without extension: "lessons/single-window"
  std::filesystem::path file;
  std::string title;
  std::string about;  // the first sentence of the comment at its head
  bool lesson = false;
};

// Writes the library of scenarios that gncsim carries in itself into an empty folder.
Result<void> unpack_library(const std::filesystem::path& folder);

// Those of a library that the virtual world plays in little time, the lessons first.
std::vector<ShelvedScenario> shelf_of(const std::filesystem::path& library);

// What the virtual world is to play; every mistake of the file.
tl::expected<std::shared_ptr<const RunPlan>, std::vector<Error>> plan_for_page(
    const std::filesystem::path& file, std::optional<std::uint64_t> seed,
    const std::vector<std::string>& overrides = {});

// The comment at the head of a scenario's text, without its #.
std::string header_of(std::string_view scenario);

}  // namespace gnc::scenarios
