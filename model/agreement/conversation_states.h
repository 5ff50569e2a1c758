#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/agreement.pb.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::model {

// Where a conversation stands, and since when.
struct ConversationPlace {
  std::string state;
  Instant since;
  bool operator==(const ConversationPlace&) const = default;
};

// Whether a conversation can begin with the message: it answers and follows none, and where the block has
// states, the first of them takes it.
bool begins_conversation(const v1::UtilityBlock&, const v1::BlockMessage&);

// A block's states and the moves between them, compiled. Immutable.
class ConversationStates {
 public:
  ConversationStates() = default;
  // The block must have been checked. Times are divided by `business_clock`.
  ConversationStates(const v1::UtilityBlock&, double business_clock);

  // False of a block that has no states: there every message is taken at any time.
  bool any() const { return !states_.empty(); }

  // Where the conversation stands by `now`: states whose time is over have been left. A state that the block
  // does not know is stayed in.
  ConversationPlace by(ConversationPlace, Instant now) const;

  // Where the message leads to. `place` is empty of a conversation that has not begun. MESSAGE_OUT_OF_ORDER
  // with what would be taken, where the message is not.
  Result<ConversationPlace> after(const std::optional<ConversationPlace>& place, std::string_view message,
                                  Instant now) const;

 private:
  struct Move {
    std::string message;
    std::size_t becomes = 0;
  };
  struct State {
    std::string name;
    std::vector<Move> takes;
    Duration lasts{};  // zero: for good
    std::size_t then = 0;
  };
  const State* find(std::string_view name) const;

  std::vector<State> states_;
  std::vector<std::string> free_;  // answers that no state names: taken in each, and no move
};

}  // namespace gnc::model
