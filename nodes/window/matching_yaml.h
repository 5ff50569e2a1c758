#pragma once

#include "model/yaml/yaml_table.h"
#include "nodes/window/matching.h"

// Matching as it is written (docs/profiles.md).
namespace gnc::window {

struct Profile;

bool read_yaml(const model::YamlNode&, Matching&, model::YamlMistakes&);

// Whether its points can come to anything.
void check_matching(const Profile&, const model::YamlNode& root, model::YamlMistakes&);

}  // namespace gnc::window
