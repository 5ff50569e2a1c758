#pragma once

#include <optional>
#include <string_view>

#include "model/yaml/yaml_node.h"

// The kinds of file that people write in YAML, told apart by a key that only that kind has.
namespace gnc::model {

enum class DefinitionKind { scenario, block, agreement, profile, checklist };

// Empty where the file has none of these keys.
std::optional<DefinitionKind> kind_of(const YamlNode& root);
// That key.
std::string_view key_of(DefinitionKind);

// Whether the file is, or may be meant to be, of the kind that is wanted. Where it is of another, adds which
// it is and what to do with it.
bool expect_kind(DefinitionKind wanted, const YamlNode& root, YamlMistakes& mistakes);

}  // namespace gnc::model
