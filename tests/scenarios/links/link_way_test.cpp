#include "scenarios/engine/link_way.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace gnc::scenarios::link_way_test {
namespace {

using Time = LinkWay::Clock::time_point;

double milliseconds(Time at) {
  return std::chrono::duration<double, std::milli>(at.time_since_epoch()).count();
}

TEST(LinkWay, SpreadsArrivalsEvenlyOverTheJitter) {
  LinkWay way({.latency = Duration::from_milliseconds(10), .jitter = Duration::from_milliseconds(4)},
              Random(7));
  std::vector<double> took;
  took.reserve(20'000);
  for (int i = 0; i < 20'000; ++i) took.push_back(milliseconds(way.pass(1, Time{}).arrived));
  std::ranges::sort(took);
  EXPECT_GE(took.front(), 6);
  EXPECT_LE(took.back(), 14);
  for (const double share : {0.05, 0.25, 0.5, 0.75, 0.95}) {
    EXPECT_NEAR(took[static_cast<std::size_t>(share * 20'000)], 6 + share * 8, 0.1) << share;
  }
}

TEST(LinkWay, HoldsBackTheShareThatIsLost) {
  LinkWay way(
      {.latency = Duration::from_milliseconds(1), .loss = 0.02, .stall = Duration::from_milliseconds(200)},
      Random(7));
  int stalled = 0;
  for (int i = 0; i < 50'000; ++i) {
    const double took = milliseconds(way.pass(1, Time{}).arrived);
    if (took > 1.5) ++stalled;
    EXPECT_NEAR(took, took > 1.5 ? 201 : 1, 0.001);
  }
  EXPECT_NEAR(stalled, 1000, 100);
}

TEST(LinkWay, TakesTheTimeOfTheLineForEachPieceAfterTheOther) {
  LinkWay way({.latency = Duration::from_milliseconds(5), .bandwidth = 8'000'000}, Random(7));
  for (int i = 1; i <= 10; ++i) {
    const LinkWay::Times times = way.pass(1000, Time{});
    EXPECT_NEAR(milliseconds(times.on_the_wire), i, 1e-6);
    EXPECT_NEAR(milliseconds(times.arrived), i + 5, 1e-6);
  }
}

}  // namespace
}  // namespace gnc::scenarios::link_way_test
