#include "model/agreement/states_check.h"

#include <set>

#include "model/agreement/business_time.h"

namespace gnc::model {
namespace {

class StatesCheck {
 public:
  StatesCheck(const v1::UtilityBlock& block, Findings& found) : block_(block), found_(found) {
    for (const auto& state : block.states()) names_.push_back(state.name());
    for (const auto& message : block.messages()) messages_.push_back(message.name());
  }

  void run() {
    for (int i = 0; i < block_.states_size(); ++i) check(i);
    check_begin();
    check_reached();
    check_taken();
    check_round();
  }

 private:
  using State = v1::ConversationState;

  static std::string part(int state, std::string_view key) { return fmt::format("states/{}/{}", state, key); }

  int index_of(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
  }

  void check(int i) {
    const State& state = block_.states(i);
    found_.name(part(i, "name"), state.name());
    if (std::count(names_.begin(), names_.begin() + i, state.name()) > 0) {
      found_.value(part(i, "name"), fmt::format("a second state \"{}\"", state.name()),
                   "Give each its own name.");
    }
    for (const auto& move : state.takes()) {
      const std::string key = part(i, "takes/" + move.message());
      if (std::ranges::find(messages_, move.message()) == messages_.end()) {
        found_.reference(key, "message", move.message(), messages_);
      }
      if (index_of(move.becomes()) < 0) found_.reference(key, "state", move.becomes(), names_);
    }
    check_time(i, state);
  }

  void check_time(int i, const State& state) {
    if (state.has_after() != !state.then().empty()) {
      found_.add(v1::KEY_MISSING, part(i, state.has_after() ? "after" : "then"),
                 state.has_after() ? "it is not said what it becomes after that time"
                                   : "it is not said after what time it becomes that",
                 state.has_after() ? "Add then." : "Add after.");
      return;
    }
    if (!state.has_after()) return;
    if (duration_of(state.after()) <= Duration{}) {
      found_.value(part(i, "after"), "a state that lasts no time", "Write how long it lasts.");
    }
    if (index_of(state.then()) < 0) found_.reference(part(i, "then"), "state", state.then(), names_);
    if (i == 0) {
      found_.value(part(i, "after"), "a conversation that has not begun has no time",
                   "Give the time to a state that a message leads to.");
    }
  }

  void check_begin() {
    if (names_.empty() || !block_.states(0).takes().empty()) return;
    found_.value(part(0, "name"),
                 fmt::format("\"{}\" takes no message, so no conversation begins", names_[0]),
                 "Write first the state that takes a first message.");
  }

  void check_reached() {
    std::set<int> reached{0};
    std::vector<int> open{0};
    while (!open.empty() && !names_.empty()) {
      const State& state = block_.states(open.back());
      open.pop_back();
      const auto reach = [&](std::string_view name) {
        const int next = index_of(name);
        if (next >= 0 && reached.insert(next).second) open.push_back(next);
      };
      for (const auto& move : state.takes()) reach(move.becomes());
      if (state.has_after()) reach(state.then());
    }
    for (int i = 1; i < block_.states_size(); ++i) {
      if (reached.contains(i)) continue;
      found_.value(part(i, "name"), fmt::format("nothing leads to \"{}\"", block_.states(i).name()),
                   "Let a message or a time lead there, or leave it out.");
    }
  }

  // An answer may be free of states; a message that is none must have its place.
  void check_taken() {
    if (names_.empty()) return;
    std::set<std::string_view> taken;
    for (const State& state : block_.states()) {
      for (const auto& move : state.takes()) taken.insert(move.message());
    }
    for (int i = 0; i < block_.messages_size(); ++i) {
      const v1::BlockMessage& message = block_.messages(i);
      if (!message.answers().empty() || taken.contains(message.name())) continue;
      found_.value(fmt::format("messages/{}/name", i), fmt::format("no state takes \"{}\"", message.name()),
                   "Add it to the takes of the states where it may come.");
    }
  }

  // Times alone that lead back would go round for ever.
  void check_round() {
    for (int i = 0; i < block_.states_size(); ++i) {
      int at = i;
      for (int steps = 0; steps < block_.states_size() && at >= 0 && block_.states(at).has_after(); ++steps) {
        at = index_of(block_.states(at).then());
        if (at != i) continue;
        found_.value(
            part(i, "then"),
            fmt::format("by time alone \"{}\" leads back to itself", names_[static_cast<std::size_t>(i)]),
            "Let it end in a state that lasts.");
        return;
      }
    }
  }

  const v1::UtilityBlock& block_;
  Findings& found_;
  std::vector<std::string_view> names_;
  std::vector<std::string_view> messages_;
};

}  // namespace

void check_states(const v1::UtilityBlock& block, Findings& found) { StatesCheck(block, found).run(); }

}  // namespace gnc::model
