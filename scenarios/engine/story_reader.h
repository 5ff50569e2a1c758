#pragma once

#include <vector>

#include "scenarios/engine/scenario_names.h"
#include "scenarios/engine/story.h"

namespace gnc::scenarios {

// A text by language.
void read_wording(const model::YamlNode&, Wording&, model::YamlMistakes&);

void read_story(const ScenarioNames&, const model::YamlNode&, std::vector<StoryStep>&, model::YamlMistakes&);

std::vector<SectionDefinition> story_language();

}  // namespace gnc::scenarios
