#pragma once

#include <filesystem>

#include "scenarios/engine/key_table.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// `folder` is what names of files in it are relative to.
void read_topology(const std::filesystem::path& folder, const model::YamlNode&, Topology&,
                   model::YamlMistakes&);

// What a link can say of itself, for whatever has the settings of one.
struct LinkKey {
  KeyDefinition definition;
  void (*read)(LinkSettings&, const model::YamlNode&, model::YamlMistakes&);
};
const std::vector<LinkKey>& link_keys();
// What one setting says of another.
void check_link(const LinkSettings&, const model::YamlNode&, model::YamlMistakes&);

std::vector<SectionDefinition> topology_language();

}  // namespace gnc::scenarios
