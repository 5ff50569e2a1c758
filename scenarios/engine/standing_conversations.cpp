#include "scenarios/engine/standing_conversations.h"

#include "model/agreement/definition_check.h"

namespace gnc::scenarios {

StandingConversations::StandingConversations(const model::AgreementBook& book, Instant at) : at_(at) {
  for (const v1::Agreement& agreement : book.agreements()) {
    const auto* block = model::find_block(book.blocks(), agreement.block(), agreement.block_version());
    if (block == nullptr || block->states().empty()) continue;
    Block& known = agreements_[agreement.id()];
    known.states = model::ConversationStates(*block, book.business_clock());
    for (const v1::ConversationState& state : block->states()) known.names.push_back(state.name());
  }
}

void StandingConversations::add(const std::string& agreement, model::ConversationPlace place) {
  const auto found = agreements_.find(agreement);
  // Of an agreement that is no more: nothing says what its states are.
  if (found == agreements_.end()) return;
  ++found->second.standing[found->second.states.by(std::move(place), at_).state];
}

std::vector<ConversationRow> StandingConversations::rows() const {
  std::vector<ConversationRow> rows;
  for (const auto& [agreement, block] : agreements_) {
    for (const std::string& name : block.names) {
      const auto standing = block.standing.find(name);
      if (standing != block.standing.end()) rows.push_back({agreement, name, standing->second});
    }
  }
  return rows;
}

}  // namespace gnc::scenarios
