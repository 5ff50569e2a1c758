#include "scenarios/virtual/event_queue.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace gnc::scenarios::event_queue_test {
namespace {

TEST(EventQueue, GivesTheSoonestFirstAndOfTheSameTimeWhatWasPutInFirst) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& times) {
    EventQueue queue;
    std::vector<std::pair<std::int64_t, std::uint64_t>> wanted;
    for (std::size_t i = 0; i < times.size(); ++i) {
      queue.push({times[i]}, VirtualEvent::Kind::wake, 0, i);
      wanted.emplace_back(times[i], i);
    }
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [at, number] : wanted) {
      const VirtualEvent event = queue.pop();
      RC_ASSERT(event.at.nanoseconds == at);
      RC_ASSERT(event.number == number);
    }
    RC_ASSERT(queue.empty());
  }));
}

TEST(Slots, GiveBackWhatWasPutThereAndUseNumbersAgain) {
  Slots<std::string> slots;
  const auto first = slots.put("first");
  const auto second = slots.put("second");
  EXPECT_EQ(slots.take(first), "first");
  EXPECT_EQ(slots.put("third"), first);
  EXPECT_EQ(slots.take(second), "second");
  EXPECT_EQ(slots.take(first), "third");
  EXPECT_EQ(slots.size(), 0u);
}

}  // namespace
}  // namespace gnc::scenarios::event_queue_test
