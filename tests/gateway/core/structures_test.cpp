#include <map>
#include <set>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "gateway/core/hash_index.h"
#include "gateway/core/live_exchanges.h"
#include "gateway/core/recipient_queue.h"
#include "gateway/core/timers.h"

namespace gnc::gateway::structures_test {
namespace {

TEST(HashIndex, FindsWhatAMapFinds) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<bool, std::uint8_t>>& operations) {
    HashIndex<std::uint8_t> index;
    std::set<std::uint8_t> model;
    // Few hashes for many keys, so that entries are pushed past each other and back.
    const auto hash = [](std::uint8_t key) { return static_cast<std::uint64_t>(key % 5); };
    for (const auto& [insert, key] : operations) {
      const auto is_key = [k = key](std::uint8_t candidate) { return candidate == k; };
      if (insert && model.insert(key).second) index.insert(hash(key), key);
      if (!insert) {
        model.erase(key);
        index.erase(hash(key), is_key);
      }
      RC_ASSERT(index.size() == model.size());
      for (int other = 0; other < 256; ++other) {
        const auto wanted = static_cast<std::uint8_t>(other);
        const bool found =
            index.find(hash(wanted), [&](std::uint8_t candidate) { return candidate == wanted; });
        RC_ASSERT(found == model.contains(wanted));
      }
    }
  }));
}

TEST(Timers, GoOffInOrder) {
  Timers timers;
  for (const std::int64_t at : {5, 1, 4, 2, 3}) timers.push({{at}, static_cast<std::uint32_t>(at), 0, {}});
  for (std::int64_t at = 1; at <= 5; ++at, timers.pop()) EXPECT_EQ(timers.first().at, Instant{at});
  EXPECT_TRUE(timers.empty());
}

TEST(Timers, DropVoidOnesWhenTheyOutnumberTheOthers) {
  Timers timers;
  int asked = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) timers.push({{i}, i, 0, {}});
  timers.compact(5'000, [&](const Timer&) { return ++asked, true; });
  EXPECT_EQ(asked, 0) << "half of them may hold";
  timers.compact(10, [](const Timer& timer) { return timer.subject >= 9'990; });
  EXPECT_EQ(timers.first().at, Instant{9'990});
}

// ---- The recipient's queue against a model that looks at everything -----------------------------

// Conversations and classes are few, so that they meet.
class QueueModel {
 public:
  void admit(std::uint8_t conversation, std::uint8_t urgency) {
    ++sequence_;
    const Slot slot = exchanges_.insert(Uuid::from_parts({1'000'000}, sequence_, sequence_));
    exchanges_[slot].conversation = Uuid::from_parts({2'000'000}, conversation, conversation);
    exchanges_[slot].urgency = urgency;
    exchanges_[slot].sequence = sequence_;
    queue_.push_back(exchanges_, slot);
    unsent_.insert({sequence_, slot});
  }

  void send() {
    const Slot slot = queue_.next(exchanges_);
    RC_ASSERT((slot == no_slot) == unsent_.empty());
    if (slot == no_slot) return;
    for (const auto& [sequence, other] : unsent_) {
      if (sequence >= exchanges_[slot].sequence) break;
      RC_ASSERT(exchanges_[other].conversation != exchanges_[slot].conversation);
    }
    queue_.take(exchanges_, slot);
    RC_ASSERT(exchanges_[slot].place == Place::none);
    RC_ASSERT(unsent_.erase(exchanges_[slot].sequence) == 1);
    sent_.insert({exchanges_[slot].sequence, slot});
  }

  void lose_session() {
    std::vector<Slot> lost;
    for (const auto& [sequence, slot] : sent_) lost.push_back(slot);
    queue_.return_to_front(exchanges_, lost);
    unsent_.merge(sent_);
    sent_.clear();
  }

  void expire(std::uint8_t which) {
    if (unsent_.empty()) return;
    auto at = unsent_.begin();
    std::advance(at, which % unsent_.size());
    queue_.remove(exchanges_, at->second);
    exchanges_.erase(at->second);
    unsent_.erase(at);
  }

  void finish_one() {
    if (sent_.empty()) return;
    exchanges_.erase(sent_.begin()->second);
    sent_.erase(sent_.begin());
  }

  std::size_t unsent() const { return unsent_.size(); }

 private:
  LiveExchanges exchanges_{9};
  RecipientQueue queue_;
  std::map<std::uint64_t, Slot> unsent_, sent_;
  std::uint64_t sequence_ = 0;
};

TEST(RecipientQueue, SendsEverythingOnceAndEachConversationInOrder) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& operations) {
    QueueModel model;
    for (const auto& [kind, value] : operations) {
      switch (kind % 10) {
        case 0:
          model.lose_session();
          break;
        case 1:
          model.expire(value);
          break;
        case 2:
          model.finish_one();
          break;
        case 3:
        case 4:
        case 5:
          model.send();
          break;
        default:
          model.admit(value % 4, static_cast<std::uint8_t>(value / 4 % 3));
      }
    }
    while (model.unsent() > 0) model.send();
    model.send();
  }));
}

}  // namespace
}  // namespace gnc::gateway::structures_test
