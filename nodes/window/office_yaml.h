#pragma once

#include "model/yaml/yaml_table.h"
#include "nodes/window/office.h"
#include "nodes/window/paper.h"

// An office's hours, its officers, and what reaches it on paper, as they are written (docs/profiles.md).
namespace gnc::window {

// A duration, or from which to which it goes.
bool read_yaml(const model::YamlNode&, TimeSpread&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, OpeningHours&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, PaperProfile&, model::YamlMistakes&);
bool read_officers(const model::YamlNode&, std::uint32_t& into, model::YamlMistakes&);

}  // namespace gnc::window
