#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/agreement.pb.h"
#include "model/agreement/path_rules.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

// What makes a block or an agreement one that can be put in force.
namespace gnc::model {

// Where a part of a definition was written: "messages/0/from" → "block.yaml:7:11". The parts have the names
// of the YAML keys.
using Where = std::function<std::string(std::string_view part)>;

// Adds every mistake of the block.
void check_block(const v1::UtilityBlock& block, const Where& where, std::vector<Error>& mistakes);

// Adds every mistake of the agreement, among them a block that is not in `blocks`. Only for blocks without
// mistakes. Gives what may cross; meaningless where mistakes were added.
PathRules check_agreement(const v1::Agreement& agreement, const std::vector<v1::UtilityBlock>& blocks,
                          const Where& where, std::vector<Error>& mistakes);

// The block that the agreement puts in force, or nullptr.
const v1::UtilityBlock* find_block(const std::vector<v1::UtilityBlock>& blocks, std::string_view id,
                                   std::uint32_t version);

}  // namespace gnc::model
