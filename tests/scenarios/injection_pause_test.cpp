#include "scenarios/engine/injection_pause.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::injection_pause_test {
namespace {

TEST(InjectionPause, StandsInTheReportFromItsBeginningToItsEnd) {
  InjectionPause pause;
  EXPECT_EQ(pause.end(Instant{5}).microseconds, 0);
  pause.begin(Instant{2'000'000});
  pause.begin(Instant{3'000'000});
  EXPECT_TRUE(pause.is_on());
  EXPECT_FALSE(pause.rows(Instant{1'000'000}).at(0).to_s);
  EXPECT_EQ(pause.end(Instant{6'500'000}).microseconds, 4'500'000);
  EXPECT_FALSE(pause.is_on());
  const auto rows = pause.rows(Instant{1'000'000});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].from_s, 1);
  EXPECT_EQ(rows[0].to_s, 5.5);
}

}  // namespace
}  // namespace gnc::scenarios::injection_pause_test
