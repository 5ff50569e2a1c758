#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// Where a step of the story came to pass in a recording.
struct ToldMoment {
  std::optional<Duration> at;    // since the start; empty: it never did
  std::optional<Uuid> exchange;  // of the event that it waited for
};

// One for each step of the scenario's story.
std::vector<ToldMoment> tell_story(const Recording&);

}  // namespace gnc::scenarios
