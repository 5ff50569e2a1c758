#pragma once

#include <vector>

#include "scenarios/engine/scenario_names.h"
#include "scenarios/engine/story.h"

namespace gnc::scenarios {

void read_story(const ScenarioNames&, const model::YamlNode&, std::vector<StoryStep>&, model::YamlMistakes&);

std::vector<SectionDefinition> story_language();

}  // namespace gnc::scenarios
