#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "nodes/window/profile.h"
#include "proto/types/result.h"

namespace gnc::window {

// Reads a profile (docs/profiles.md). All mistakes, each with file:line:column and the nearest right
// spelling.
tl::expected<Profile, std::vector<Error>> parse_profile(std::string_view text, const std::string& file);

}  // namespace gnc::window
