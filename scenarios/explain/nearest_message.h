#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/agreement/agreement_book.h"
#include "scenarios/explain/explanation.h"

namespace gnc::scenarios {

struct NearestMessage {
  std::string agreement;
  std::string message;
};

// What a document that no agreement has a message for was most likely meant to be: what was asked for by name
// as it was asked for, the rest by the agreements between the two. Empty where there is none.
std::optional<NearestMessage> nearest_message(const model::AgreementBook&, const Question&,
                                              std::string_view document_type);

}  // namespace gnc::scenarios
