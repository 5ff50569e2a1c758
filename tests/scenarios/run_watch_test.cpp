#include "scenarios/engine/run_watch.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::run_watch_test {
namespace {

using State = LiveFigures::Standing::State;

TEST(RunWatch, CallsFailedOnlyWhatCannotComeTrueAnyMore) {
  EXPECT_EQ(standing_so_far(Comparison::less, 499, 500), State::held);
  EXPECT_EQ(standing_so_far(Comparison::less, 501, 500), State::failing);
  EXPECT_EQ(standing_so_far(Comparison::at_most, 501, 500), State::failing);
  EXPECT_EQ(standing_so_far(Comparison::equal, 0, 0), State::held);
  EXPECT_EQ(standing_so_far(Comparison::equal, 1, 0), State::failing);
  EXPECT_EQ(standing_so_far(Comparison::equal, 1, 12), State::not_yet);
  EXPECT_EQ(standing_so_far(Comparison::at_least, 5, 12), State::not_yet);
  EXPECT_EQ(standing_so_far(Comparison::greater, 0, 0), State::not_yet);
  EXPECT_EQ(standing_so_far(Comparison::not_equal, 0, 0), State::not_yet);
  EXPECT_EQ(standing_so_far(Comparison::less, std::nullopt, 500), State::not_yet);
}

}  // namespace
}  // namespace gnc::scenarios::run_watch_test
