#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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
    const auto [found, is_new] = all_.try_emplace(id);
    if (is_new && let_go_.contains(id)) came_again_.push_back(id);
    return found->second;
  }
  std::shared_ptr<const Passage> passage(Passage passage) { return passages_.of(std::move(passage)); }
  // The gateway has admitted it, and a recipient has taken it in.
  void admitted(const Uuid& id, const Uuid& conversation, std::uint64_t sequence) {
    RecordedOrder& order = orders_[id];
    if (order.sequence == 0) ++in_conversation_[conversation];
    order.conversation = conversation;
    order.sequence = sequence;
  }
  void arrived(const Uuid& id) {
    orders_[id].arrival = ++arrivals_;
    arrived_.push_back(id);
  }
  // Nothing will be heard of it again; should it come all the same, it is told. Gives its conversation, where
  // nothing else of that is known any more.
  std::optional<Uuid> let_go(const Uuid& id, VirtualTime now) {
    all_.erase(id);
    let_go_.add(id, now);
    std::optional<Uuid> over;
    const auto order = orders_.find(id);
    if (order == orders_.end()) return over;
    const auto others = in_conversation_.find(order->second.conversation);
    if (others != in_conversation_.end() && --others->second == 0) {
      over = others->first;
      in_conversation_.erase(others);
    }
    orders_.erase(order);
    return over;
  }
  // Exchanges that came again after they had been let go of.
  const std::vector<Uuid>& came_again() const { return came_again_; }
  void expect_lives_up_to(Duration longest) { let_go_ = LetGoIds(longest); }

  const RecordedExchanges& all() const { return all_; }
  const RecordedExchange* find(const Uuid& id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
  }
  const RecordedOrder& order(const Uuid& id) const { return orders_.at(id); }
  std::uint64_t arrivals() const { return arrivals_; }
  // Those that changed since this was last asked; one may be there several times.
  std::vector<Uuid> take_changed() { return std::exchange(changed_, {}); }
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
  RecordedExchanges all_;
  Passages passages_;
  std::unordered_map<Uuid, RecordedOrder, UuidHash> orders_;
  std::unordered_map<Uuid, std::uint32_t, UuidHash> in_conversation_;  // how many of orders_
  LetGoIds let_go_{Duration{}};
  std::vector<Uuid> came_again_;
  std::uint64_t arrivals_ = 0;
  std::vector<Uuid> changed_, arrived_;
  std::vector<std::string> contradictions_;
};

}  // namespace gnc::scenarios
