#pragma once

#include <memory>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/envelope.pb.h"
#include "nodes/core/agreement_index.h"
#include "scenarios/explain/explanation.h"

namespace gnc::scenarios {

inline constexpr std::string_view check_gate = "checks";
inline constexpr std::string_view answer_gate = "answer";

// A document at its recipient's.
struct Arrival {
  const Question& question;
  const model::AgreementBook& book;
  const nodes::AgreementIndex& index;
  std::shared_ptr<const window::Profile> profile;  // the recipient's; null where it has none
  const v1::Envelope* envelope = nullptr;          // null where none could be made
  const v1::MetaData& document;
};

// Adds what the recipient decides and answers, and whether its answer may cross back.
void add_recipient_gates(const Arrival&, Explanation&);

}  // namespace gnc::scenarios
