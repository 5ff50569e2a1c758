#pragma once

#include "model/yaml/yaml_table.h"
#include "nodes/window/desk.h"

// Registers, desks and pushes as they are written (docs/profiles.md).
namespace gnc::window {

struct Profile;

bool read_yaml(const model::YamlNode&, Register&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Desk&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, PushRule&, model::YamlMistakes&);

// Whether what the desks and pushes name is there.
void check_desks(const Profile&, const model::YamlNode& root, model::YamlMistakes&);

}  // namespace gnc::window
