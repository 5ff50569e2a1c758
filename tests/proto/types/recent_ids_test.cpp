#include "proto/types/recent_ids.h"

#include <gtest/gtest.h>

#include "proto/types/random.h"

namespace gnc::recent_ids_test {
namespace {

Uuid id_at(std::int64_t millisecond, Random& random) {
  return Uuid::from_parts(Instant{1'700'000'000'000'000} + Duration::from_milliseconds(millisecond),
                          random.next(), random.next());
}

TEST(RecentIds, TakesBoundedRoomAndNeverDeniesAnId) {
  RecentIds ids(1, 1024);
  Random random(5);
  std::vector<Uuid> all;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    all.push_back(id_at(i / 50, random));
    ids.insert(all.back());
    ASSERT_LE(ids.bytes(), 1024 * sizeof(Uuid));
  }
  for (const Uuid& id : all) ASSERT_TRUE(ids.may_contain(id));
}

TEST(RecentIds, TellsThatARecentIdIsNewHoweverManyWereBefore) {
  RecentIds ids(1, 1024);
  Random random(5);
  for (std::int64_t i = 0; i < 20'000; ++i) {
    const Uuid id = id_at(i, random);
    ASSERT_FALSE(ids.may_contain(id));
    ASSERT_TRUE(ids.insert(id));
    ASSERT_FALSE(ids.insert(id));
    // Also one that was made a little earlier than the last.
    if (i <= 1000) continue;
    ASSERT_FALSE(ids.may_contain(id_at(i - 300, random)));
  }
}

TEST(RecentIds, ForgetsNoIdThatIsFromTheFutureBeforeThoseOfNow) {
  RecentIds ids(1, 1024);
  Random random(5);
  std::vector<Uuid> future;
  for (int i = 0; i < 100; ++i) {
    future.push_back(id_at(1'000'000'000 + i, random));
    ids.insert(future.back());
  }
  for (std::int64_t i = 0; i < 10'000; ++i) ids.insert(id_at(i, random));
  for (const Uuid& id : future) EXPECT_TRUE(ids.may_contain(id));
  EXPECT_FALSE(ids.may_contain(id_at(10'000, random)));
  EXPECT_FALSE(ids.may_contain(id_at(1'000'000'000, random)));
}

}  // namespace
}  // namespace gnc::recent_ids_test
