#include "scenarios/explain/nearest_message.h"

#include <algorithm>

#include "model/agreement/definition_check.h"

namespace gnc::scenarios {
namespace {

bool has_role(const v1::Agreement& agreement, std::string_view role, const PartyName& party) {
  return std::ranges::any_of(agreement.parties(), [&](const v1::AgreementParty& member) {
    return member.role() == role && member.party() == party.text();
  });
}

bool has_party(const v1::Agreement& agreement, const PartyName& party) {
  return std::ranges::any_of(
      agreement.parties(), [&](const v1::AgreementParty& member) { return member.party() == party.text(); });
}

// How much speaks for the message: what is harder to mistake counts for more.
int likeness(const v1::Agreement& agreement, const v1::BlockMessage& message, const Question& question,
             std::string_view document_type) {
  int points = 0;
  if (message.name() == question.message) points += 16;
  if (has_role(agreement, message.from(), question.from) && has_role(agreement, message.to(), question.to)) {
    points += 8;
  }
  if (message.document() == document_type) points += 4;
  if (question.at >= Instant{agreement.from()} && question.at < Instant{agreement.until()}) points += 2;
  if (message.answers().empty() && message.follows().empty()) points += 1;
  return points;
}

}  // namespace

std::optional<NearestMessage> nearest_message(const model::AgreementBook& book, const Question& question,
                                              std::string_view document_type) {
  std::optional<NearestMessage> nearest;
  int most = -1;
  for (const v1::Agreement& agreement : book.agreements()) {
    if (!question.agreement.empty() && question.agreement != agreement.id()) continue;
    if (!has_party(agreement, question.from) || !has_party(agreement, question.to)) continue;
    const v1::UtilityBlock* block =
        model::find_block(book.blocks(), agreement.block(), agreement.block_version());
    if (block == nullptr) continue;
    for (const v1::BlockMessage& message : block->messages()) {
      const int points = likeness(agreement, message, question, document_type);
      if (points <= most) continue;
      most = points;
      nearest = NearestMessage{agreement.id(), message.name()};
    }
  }
  if (!nearest && !question.agreement.empty()) nearest = NearestMessage{question.agreement, question.message};
  if (nearest && !question.message.empty()) nearest->message = question.message;
  return nearest;
}

}  // namespace gnc::scenarios
