#include "scenarios/engine/abort_watch.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::abort_watch_test {
namespace {

constexpr Instant began{1'790'000'000'000'000};

Instant at(std::int64_t seconds) { return began + Duration::from_seconds(seconds); }

// One that may not end the run, and does not hold; one that may, after 5 s.
std::vector<Expectation> two() {
  std::vector<Expectation> both{*parse_expectation("refused == 0"), *parse_expectation("delivered < 100")};
  both[1].abort = true;
  both[1].after = Duration::from_seconds(5);
  return both;
}

RunReport report(std::uint64_t delivered) {
  RunReport made;
  made.exchange.refused = 1;
  made.exchange.delivered = delivered;
  return made;
}

void look(AbortWatch& watch, Instant now, std::uint64_t delivered, Duration took = {}) {
  watch.look(
      began, now, [&] { return report(delivered); }, [&] { return now + took; });
}

TEST(AbortWatch, EndsTheRunByAnExpectationThatMay) {
  const auto expectations = two();
  AbortWatch watch(expectations);
  EXPECT_FALSE(watch.due(std::nullopt, at(60)));
  EXPECT_FALSE(watch.due(began, at(4)));
  ASSERT_TRUE(watch.due(began, at(5)));
  look(watch, at(5), 99);
  EXPECT_FALSE(watch.broken());
  look(watch, at(6), 100);
  ASSERT_TRUE(watch.broken());
  EXPECT_EQ(watch.broken()->number, 1u);
  EXPECT_DOUBLE_EQ(watch.broken()->value, 100);
  EXPECT_FALSE(watch.due(began, at(60)));
}

TEST(AbortWatch, LooksLessOftenWhereLookingTakesLong) {
  const auto expectations = two();
  AbortWatch watch(expectations);
  look(watch, at(5), 0);
  EXPECT_TRUE(watch.due(began, at(6)));
  look(watch, at(6), 0, Duration::from_milliseconds(500));
  EXPECT_FALSE(watch.due(began, at(15)));
  EXPECT_TRUE(watch.due(began, at(16)));
}

TEST(AbortWatch, IsNeverDueWhereNothingMayEndTheRun) {
  const std::vector<Expectation> expectations{*parse_expectation("refused == 0")};
  EXPECT_FALSE(AbortWatch(expectations).due(began, at(60)));
}

}  // namespace
}  // namespace gnc::scenarios::abort_watch_test
