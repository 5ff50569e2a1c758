#pragma once

#include <vector>

#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/engine/terms.h"

namespace gnc::scenarios {

// Whether each agency that a profile says is consulted can be: it takes part (`parties`; empty: whoever the
// agreements name), and an agreement of its own has the message by which it is asked.
std::vector<Error> check_consultations(const Terms& terms, const std::vector<PartyName>& parties);

}  // namespace gnc::scenarios
