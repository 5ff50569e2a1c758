#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gnc/v1/agreement.pb.h"
#include "model/yaml/yaml_node.h"

// Blocks and agreements as they are written (docs/agreements.md). Reading checks the form only;
// definition_check.h says whether they make sense.
namespace gnc::model {

bool read_yaml(const YamlNode&, v1::UtilityBlock&, YamlMistakes&);
bool read_yaml(const YamlNode&, v1::Agreement&, YamlMistakes&);

// The place of "messages/0/from" below `root`, or of the nearest part of it that was written.
YamlPlace place_of_part(const YamlNode& root, std::string_view part);
// Whether that part itself was written.
bool is_written(const YamlNode& root, std::string_view part);

}  // namespace gnc::model
