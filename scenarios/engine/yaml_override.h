#pragma once

#include <string_view>

#include "model/yaml/yaml_node.h"

namespace gnc::scenarios {

// Sets the value at a path of the tree, before anything is read: "workload.0.arrivals.rate=400/s". Steps of
// the path are keys, or for lists numbers from 0 or the name of an item (workload.morning peak.count). Keys
// that are missing are added; the value is YAML. What is wrong is added with "--set …" as its place.
void apply_override(std::string_view written, model::YamlNode& root, model::YamlMistakes&);

}  // namespace gnc::scenarios
