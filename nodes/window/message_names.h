#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

namespace gnc::window {

// The messages that the profile (its text) names and that no agreement of the party has: of those that come
// to it, or, for what it sends, of those that go out from it. Each with file:line:column and the nearest
// right spelling. Where the party has no agreement, or the text is no profile, none: that is said elsewhere.
std::vector<Error> unknown_messages(std::string_view profile, const std::string& file, const PartyName& party,
                                    const model::AgreementBook& book);

}  // namespace gnc::window
