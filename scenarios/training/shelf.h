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
  std::string about;       // the first sentence of the comment at its head
  Wording titles, abouts;  // in other languages
  bool lesson = false;
  bool live = false;  // real processes on this machine play it too, and need nobody else
};

// Writes the library of scenarios that gncsim carries in itself into an empty folder.
Result<void> unpack_library(const std::filesystem::path& folder);

// Those of a library that the virtual world plays in little time, the lessons first.
std::vector<ShelvedScenario> shelf_of(const std::filesystem::path& library);

enum class PlayedIn { virtual_world, live_world };

// What that world is to play; every mistake of the file.
tl::expected<std::shared_ptr<const RunPlan>, std::vector<Error>> plan_for_page(
    const std::filesystem::path& file, std::optional<std::uint64_t> seed,
    const std::vector<std::string>& overrides = {}, PlayedIn = PlayedIn::virtual_world);

// The comment at the head of a scenario's text, without its #.
std::string header_of(std::string_view scenario);
// What stands by language at a key of the scenario's text: titles, about.
Wording wording_in(std::string_view scenario, std::string_view key);

}  // namespace gnc::scenarios
