#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/agreement.pb.h"
#include "gnc/v1/datamodel.pb.h"
#include "model/document/wco_path.h"
#include "proto/types/result.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// A value to put in the place of another.
struct NewValue {
  model::WcoPath path;
  std::string value;
};

// The declaration that amends, cancels or asks about one that was lodged. Its function code is of UN/EDIFACT
// 1225, which is the WCO's list for element 017: 4 change, 1 cancellation, 13 request; its ID is the
// reference of the one that it is about; `reference` (at most 35 characters) is its own. An amendment is the
// whole declaration as it is to be, and points at each element that it changes (class 06A). KEY_VALUE where
// the original is no declaration, or a value cannot be set.
Result<v1::MetaData> follow_up(const v1::MetaData& original, FollowUpStep::Kind,
                               const std::vector<NewValue>& values, std::string_view reference);

// The block's message that is such a follow-up to `message`; null where there is none.
const v1::BlockMessage* follow_up_message(const v1::UtilityBlock&, std::string_view message,
                                          FollowUpStep::Kind);

// "amends", "cancels", "queries": the key in a utility block.
std::string_view follow_up_key(FollowUpStep::Kind);
// "amendment", "cancellation", "query".
std::string_view follow_up_noun(FollowUpStep::Kind);

}  // namespace gnc::scenarios
