#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/id_table.h"
#include "scenarios/engine/store_record.h"
#include "scenarios/virtual/let_go_ids.h"

namespace gnc::scenarios {

// So few that a run comes to ids which are not remembered any more, and of which the stores are asked.
inline constexpr std::size_t remembered_ids = 64;

// The durable facts of a virtual run, as the stores come to know them, and which of them are new.
class FactBook {
 public:
  // The exchange's facts, to be changed.
  RecordedExchange& change(const Uuid& id) {
    if (changed_.empty() || changed_.back() != id) changed_.push_back(id);
    return fact(id).recorded;
  }
  std::shared_ptr<const Passage> passage(std::string_view sender, std::string_view recipient,
                                         std::string_view agreement, std::string_view message) {
    return passages_.of(sender, recipient, agreement, message);
  }
  // The gateway has admitted it, and a recipient has taken it in.
  void admitted(const Uuid& id, const Uuid& conversation, std::uint64_t sequence) {
    RecordedOrder& order = fact(id).order;
    if (order.sequence == 0) ++*in_conversation_.try_emplace(conversation).first;
    order.conversation = conversation;
    order.sequence = sequence;
  }
  void arrived(const Uuid& id) {
    fact(id).order.arrival = ++arrivals_;
    arrived_.push_back(id);
  }
  // Nothing will be heard of it again; should it come all the same, it is told. Gives its conversation, where
  // nothing else of that is known any more.
  std::optional<Uuid> let_go(const Uuid& id, VirtualTime now) {
    let_go_.add(id, now);
    std::optional<Uuid> over;
    const Fact* known = all_.find(id);
    if (known == nullptr) return over;
    const Uuid conversation = known->order.conversation;
    all_.erase(id);
    std::uint32_t* others = in_conversation_.find(conversation);
    if (others == nullptr || --*others != 0) return over;
    in_conversation_.erase(conversation);
    return conversation;
  }
  // Exchanges that came again after they had been let go of.
  const std::vector<Uuid>& came_again() const { return came_again_; }
  void expect_lives_up_to(Duration longest) { let_go_ = LetGoIds(longest); }

  // A copy of all that is known.
  RecordedExchanges all() const {
    RecordedExchanges all;
    all.reserve(all_.size());
    all_.each([&all](const Uuid& id, const Fact& fact) { all.emplace(id, fact.recorded); });
    return all;
  }
  // Null where nothing is on record.
  const RecordedExchange* find(const Uuid& id) const {
    const Fact* found = all_.find(id);
    return found == nullptr ? nullptr : &found->recorded;
  }
  // Of one that is known.
  const RecordedOrder& order(const Uuid& id) const { return all_.find(id)->order; }
  std::uint64_t arrivals() const { return arrivals_; }
  // Those that changed since this was last asked; one may be there several times.
  std::vector<Uuid> take_changed() { return std::exchange(changed_, {}); }
  // How many are known of a conversation.
  std::uint32_t in_conversation(const Uuid& conversation) const {
    const std::uint32_t* found = in_conversation_.find(conversation);
    return found == nullptr ? 0 : *found;
  }
  // Those that arrived since this was last asked, in that order.
  std::vector<Uuid> take_arrived() { return std::exchange(arrived_, {}); }
  bool has_arrived() const { return !arrived_.empty(); }

  // Is given every sealed batch of envelopes or receipts when it is durable; empty where nobody wants them.
  std::function<void(const std::shared_ptr<const std::string>&)> on_sealed;
  void sealed(const std::shared_ptr<const std::string>& batch) const {
    if (on_sealed) on_sealed(batch);
  }

  // Nobody asks for those.
  void drop_changes() { changed_.clear(); }

  // A store was asked to record what contradicts it: a live one would have failed, or lied ever after.
  void contradicted(std::string what) { contradictions_.push_back(std::move(what)); }
  std::vector<std::string> take_contradictions() { return std::exchange(contradictions_, {}); }

 private:
  struct Fact {
    RecordedExchange recorded;
    RecordedOrder order;
  };
  Fact& fact(const Uuid& id) {
    const auto [found, is_new] = all_.try_emplace(id);
    if (is_new && let_go_.contains(id)) came_again_.push_back(id);
    return *found;
  }

  IdTable<Fact> all_;
  Passages passages_;
  IdTable<std::uint32_t> in_conversation_;  // how many of them are known
  LetGoIds let_go_{Duration{}};
  std::vector<Uuid> came_again_;
  std::uint64_t arrivals_ = 0;
  std::vector<Uuid> changed_, arrived_;
  std::vector<std::string> contradictions_;
};

}  // namespace gnc::scenarios
