#include "nodes/core/id_sequence.h"

#include <gtest/gtest.h>

#include "tests/trust/trust_world.h"

namespace gnc::nodes::id_sequence_test {
namespace {

TEST(IdSequence, RisesWithinAMillisecondAndWhenTheClockGoesBack) {
  Random random(1);
  IdSequence ids(random);
  Uuid last = ids.next(trust::now);
  for (int i = 0; i < 100'000; ++i) {
    const Instant now = trust::now - Duration::from_milliseconds(i % 7);
    const Uuid next = ids.next(now);
    ASSERT_LT(last, next);
    last = next;
  }
  EXPECT_EQ(last.time(), trust::now);
  EXPECT_LT(last, ids.next(trust::now + Duration::from_milliseconds(1)));
}

TEST(IdSequence, GivesOtherIdsToAnotherWithTheSameClock) {
  Random one(1), two(2);
  IdSequence first(one), second(two);
  std::set<Uuid> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.insert(first.next(trust::now));
    ids.insert(second.next(trust::now));
  }
  EXPECT_EQ(ids.size(), 2000u);
}

}  // namespace
}  // namespace gnc::nodes::id_sequence_test
