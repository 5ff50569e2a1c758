#include "proto/types/backoff.h"

#include <set>

#include <gtest/gtest.h>

namespace gnc::types::backoff_test {
namespace {

TEST(Backoff, DoublesToTheCeilingAndIsHalfChance) {
  Random random(1);
  const Duration base = Duration::from_milliseconds(200), ceiling = Duration::from_seconds(30);
  Duration whole = base;
  for (std::uint32_t failures = 1; failures < 40; ++failures) {
    std::set<std::int64_t> drawn;
    for (int i = 0; i < 20; ++i) {
      const Duration delay = backoff(failures, base, ceiling, random);
      EXPECT_GE(delay, whole / 2);
      EXPECT_LE(delay, whole);
      drawn.insert(delay.microseconds);
    }
    EXPECT_GT(drawn.size(), 1u);
    whole = std::min(whole * 2, ceiling);
  }
}

}  // namespace
}  // namespace gnc::types::backoff_test
