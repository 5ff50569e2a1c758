#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/scenario_reader.h"
#include "scenarios/training/repertoire.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios {

using Json = nlohmann::json;

// A repertoire with one scenario of the library, or of the test's own, played.
class Played {
 public:
  explicit Played(const std::filesystem::path& scenario) {
    const auto planned = plan_for_page(scenario, std::nullopt);
    if (!planned) {
      ADD_FAILURE() << describe(planned.error().front());
      return;
    }
    const auto played = repertoire.play(*planned, scenario.stem().string());
    if (!played) ADD_FAILURE() << describe(played.error().front());
  }
  static std::filesystem::path library(const std::string& name) {
    return std::filesystem::path(GNC_SOURCE_DIR) / "scenarios" / (name + ".yaml");
  }

  const Recording& recording(std::size_t number = 0) const { return repertoire.recording(number); }

  TemporaryFolder scratch;
  Repertoire repertoire{"test", scratch.path()};
};

// The events of a recording before a time since its start, and those from it on.
inline std::pair<std::vector<std::string>, std::vector<std::string>> events_around(const Recording& recording,
                                                                                   Duration at) {
  std::pair<std::vector<std::string>, std::vector<std::string>> around;
  v1::Event event;
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    recording.events.read(i, event);
    (recording.events.at(i) < recording.begin + at ? around.first : around.second)
        .push_back(event.SerializeAsString());
  }
  return around;
}

}  // namespace gnc::scenarios
