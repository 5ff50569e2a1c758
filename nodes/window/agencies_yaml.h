#pragma once

#include "model/yaml/yaml_table.h"
#include "nodes/window/agencies.h"

// Agencies and permits as they are written (docs/profiles.md).
namespace gnc::window {

bool read_yaml(const model::YamlNode&, Permit&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Excerpt&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Consulted&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Agency&, model::YamlMistakes&);

}  // namespace gnc::window
