#include "model/agreement/conversation_states.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/yaml/instant_text.h"

namespace gnc::model {

bool begins_conversation(const v1::UtilityBlock& block, const v1::BlockMessage& message) {
  if (!message.answers().empty() || !message.follows().empty()) return false;
  if (block.states().empty()) return true;
  return std::ranges::any_of(block.states(0).takes(),
                             [&](const auto& move) { return move.message() == message.name(); });
}

ConversationStates::ConversationStates(const v1::UtilityBlock& block, double business_clock) {
  const auto index_of = [&block](const std::string& name) {
    const auto& states = block.states();
    const auto found = std::ranges::find(states, name, [](const auto& state) { return state.name(); });
    return static_cast<std::size_t>(found - states.begin());
  };
  for (const v1::ConversationState& written : block.states()) {
    State& state = states_.emplace_back();
    state.name = written.name();
    for (const auto& move : written.takes()) {
      state.takes.push_back({move.message(), index_of(move.becomes())});
    }
    if (!written.has_after()) continue;
    // No time at all would be for good.
    state.lasts = std::max(scaled(duration_of(written.after()), business_clock), Duration{1});
    state.then = index_of(written.then());
  }
  if (states_.empty()) return;
  for (const v1::BlockMessage& message : block.messages()) {
    const bool named = std::ranges::any_of(states_, [&](const State& state) {
      return std::ranges::find(state.takes, message.name(), &Move::message) != state.takes.end();
    });
    if (!named) free_.push_back(message.name());
  }
}

const ConversationStates::State* ConversationStates::find(std::string_view name) const {
  const auto found = std::ranges::find(states_, name, &State::name);
  return found == states_.end() ? nullptr : &*found;
}

ConversationPlace ConversationStates::by(ConversationPlace place, Instant now) const {
  const State* state = find(place.state);
  while (state != nullptr && state->lasts != Duration{} && place.since + state->lasts <= now) {
    place.since = place.since + state->lasts;
    state = &states_[state->then];
    place.state = state->name;
  }
  return place;
}

Result<ConversationPlace> ConversationStates::after(const std::optional<ConversationPlace>& place,
                                                    std::string_view message, Instant now) const {
  const bool is_free = std::ranges::find(free_, message) != free_.end();
  if (is_free && place) return by(*place, now);
  const ConversationPlace here = place ? by(*place, now) : ConversationPlace{states_.front().name, now};
  const State* state = find(here.state);
  if (state == nullptr) {
    return failure(
        v1::MESSAGE_OUT_OF_ORDER,
        fmt::format("the conversation stands in \"{}\", which the block does not have any more", here.state));
  }
  if (const auto move = std::ranges::find(state->takes, message, &Move::message);
      move != state->takes.end()) {
    return ConversationPlace{states_[move->becomes].name, now};
  }
  std::vector<std::string_view> taken;
  for (const Move& move : state->takes) taken.push_back(move.message);
  const std::string what =
      taken.empty() ? std::string("nothing more") : fmt::format("{}", fmt::join(taken, " or "));
  if (!place) {
    return failure(v1::MESSAGE_OUT_OF_ORDER,
                   fmt::format("a conversation begins with {}, not with {}", what, message));
  }
  return failure(v1::MESSAGE_OUT_OF_ORDER,
                 fmt::format("the conversation stands in \"{}\" since {}, which takes {}, not {}", here.state,
                             instant_text(here.since), what, message));
}

}  // namespace gnc::model
