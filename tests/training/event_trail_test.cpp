#include "scenarios/training/event_trail.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::event_trail_test {
namespace {

TEST(EventTrail, GivesEachBrowserWhatItHasNotHad) {
  EventTrail trail(10);
  EventTrail::Follower one, other;
  trail.add("a");
  trail.add("b");
  EXPECT_EQ(trail.next(one, 100), "a,b");
  trail.add("c");
  EXPECT_EQ(trail.next(one, 100), "c");
  EXPECT_EQ(trail.next(one, 100), "");
  EXPECT_EQ(trail.next(other, 100), "a,b,c");
  EXPECT_FALSE(trail.has_more(one));
  EXPECT_EQ(one.dropped, 0u);
  EXPECT_EQ(other.dropped, 0u);
}

TEST(EventTrail, LeavesOutTheOldestForWhoIsTooFarBehindAndCountsThem) {
  EventTrail trail(3);
  EventTrail::Follower quick, slow;
  for (const char* row : {"a", "b", "c", "d", "e"}) {
    trail.add(row);
    EXPECT_EQ(trail.next(quick, 100), row);
  }
  EXPECT_EQ(trail.next(slow, 100), "c,d,e");
  EXPECT_EQ(slow.dropped, 2u);
  EXPECT_EQ(quick.dropped, 0u);
}

TEST(EventTrail, SaysWhatTheRunItselfDidNotGive) {
  EventTrail trail(3);
  EventTrail::Follower follower;
  trail.add("a");
  trail.skip(7);
  EXPECT_EQ(trail.next(follower, 100), "a");
  EXPECT_EQ(follower.dropped, 7u);
}

TEST(EventTrail, GivesNoMoreAtOnceThanIsAskedFor) {
  EventTrail trail(100);
  EventTrail::Follower follower;
  for (int i = 0; i < 10; ++i) trail.add("12345");
  EXPECT_EQ(trail.next(follower, 10), "12345,12345");
  EXPECT_TRUE(trail.has_more(follower));
  // What has not been asked for yet is not dropped.
  EXPECT_EQ(follower.dropped, 0u);
}

}  // namespace
}  // namespace gnc::scenarios::event_trail_test
