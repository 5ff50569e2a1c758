#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "model/agreement/conversation_states.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// How many conversations stand in which state of their agreement's block at one moment: states whose time is
// over by then have been left.
class StandingConversations {
 public:
  // `book` need not outlive it.
  StandingConversations(const model::AgreementBook& book, Instant at);

  // One that the gateway has on record, as the last message left it.
  void add(const std::string& agreement, model::ConversationPlace place);
  // By agreement, and in the order of its block's states.
  std::vector<ConversationRow> rows() const;

 private:
  struct Block {
    model::ConversationStates states;
    std::vector<std::string> names;
    std::map<std::string, std::uint64_t> standing;
  };
  const Instant at_;
  std::map<std::string, Block> agreements_;
};

}  // namespace gnc::scenarios
