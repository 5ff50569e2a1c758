#include "proto/types/clock_steps.h"

#include <gtest/gtest.h>

namespace gnc::clock_steps_test {
namespace {

using namespace std::chrono_literals;

constexpr ClockSteps::Steady::time_point start{};
constexpr Instant wall{1'790'000'000'000'000};

TEST(ClockSteps, AreNotSeenWhereBothClocksGoOn) {
  ClockSteps steps(wall, start);
  EXPECT_FALSE(steps.has_stepped(wall + Duration::from_seconds(100), start + 100s));
  EXPECT_FALSE(steps.since(wall + Duration::from_seconds(100), start + 100s));
}

TEST(ClockSteps, AreSeenOnceForwardAndBack) {
  ClockSteps steps(wall, start);
  const Duration by = Duration::from_seconds(90);
  EXPECT_TRUE(steps.has_stepped(wall + by, start));
  EXPECT_EQ(steps.since(wall + by, start), by);
  EXPECT_FALSE(steps.since(wall + by, start));
  EXPECT_EQ(steps.since(wall, start), Duration{} - by);
}

TEST(ClockSteps, DoNotComeOfDriftThatAddsUp) {
  ClockSteps steps(wall, start);
  Instant drifting = wall;
  for (int second = 1; second <= 1000; ++second) {
    drifting = drifting + Duration::from_milliseconds(1010);
    EXPECT_FALSE(steps.since(drifting, start + second * 1s)) << second;
  }
}

}  // namespace
}  // namespace gnc::clock_steps_test
