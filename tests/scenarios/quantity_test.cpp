#include "scenarios/engine/quantity.h"

#include <gtest/gtest.h>

#include "scenarios/engine/schedule.h"

namespace gnc::scenarios {
namespace {

TEST(Quantity, ReadsBandwidthRatesAndNumbers) {
  EXPECT_EQ(parse_bandwidth("100Mbit"), 100'000'000u);
  EXPECT_FALSE(parse_bandwidth("100MB"));
  EXPECT_FALSE(parse_bandwidth("0Mbit"));
  EXPECT_EQ(parse_rate("200/s"), Rate{200});
  EXPECT_EQ(parse_rate("30/min"), Rate{0.5});
  EXPECT_FALSE(parse_rate("0/s"));
  EXPECT_FALSE(parse_rate("200"));
  EXPECT_EQ(parse_number("99%"), 0.99);
  EXPECT_EQ(parse_number("-2"), -2);
  EXPECT_FALSE(parse_number("2x"));
}

TEST(Schedule, IntendsEachArrivalFromItsIndexAlone) {
  const Schedule schedule = Schedule::constant(Rate{3}, 4);
  EXPECT_EQ(schedule.intended(0), Duration{});
  EXPECT_EQ(schedule.intended(1), Duration{333'333});
  EXPECT_EQ(schedule.intended(3), Duration::from_seconds(1));
  EXPECT_EQ(schedule.due(Duration{333'332}), 1u);
  EXPECT_EQ(schedule.due(Duration{333'333}), 2u);
  EXPECT_EQ(schedule.due(Duration::from_seconds(60)), 4u);
  EXPECT_EQ(schedule.due(Duration{-1}), 0u);
}

TEST(Schedule, HasAsManyArrivalsAsBeginWithinItsLength) {
  EXPECT_EQ(Schedule::constant_for(Rate{200}, Duration::from_seconds(60)).count(), 12'000u);
  EXPECT_EQ(Schedule::constant_for(Rate{3}, Duration::from_seconds(1)).count(), 3u);
  EXPECT_EQ(Schedule::constant_for(Rate{0.1}, Duration::from_seconds(1)).count(), 1u);
  EXPECT_EQ(Schedule::burst(5).due(Duration{}), 5u);
}

}  // namespace
}  // namespace gnc::scenarios
