#pragma once

#include <cstddef>
#include <string>

#include "gnc/v1/agreement.pb.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/virtual/fuzz_case.h"

// What the exchanges of made-up scenarios consist of: as little as the rules allow.
namespace gnc::scenarios {

// The block's first message.
inline constexpr const char* fuzz_message = "notice";

// One whose message is to be answered, and one whose is not.
v1::UtilityBlock fuzz_block(bool answered);
v1::Agreement fuzz_agreement(const FuzzCase&, std::size_t pact);
// A declaration as small as it may be, serialised.
std::string fuzz_document();
Rate fuzz_rate(const FuzzCase::Traffic&);

}  // namespace gnc::scenarios
