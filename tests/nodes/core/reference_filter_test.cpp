#include "nodes/core/reference_filter.h"

#include <string>

#include <gtest/gtest.h>

namespace gnc::nodes::reference_filter_test {
namespace {

std::string reference(int number) { return "declaration-" + std::to_string(number); }

TEST(ReferenceFilter, KnowsWhatWasInsertedAndSeldomTakesANewOneForOld) {
  ReferenceFilter filter;
  EXPECT_FALSE(filter.may_contain(reference(1)));
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) filter.insert(reference(i));
  for (int i = 0; i < count; ++i) ASSERT_TRUE(filter.may_contain(reference(i)));
  int mistaken = 0;
  for (int i = count; i < 2 * count; ++i) mistaken += filter.may_contain(reference(i));
  EXPECT_LT(mistaken, count / 20);
}

TEST(ReferenceFilter, IsBoundedInMemory) {
  ReferenceFilter filter;
  for (int i = 0; i < 5'000'000; ++i) filter.insert(reference(i));
  EXPECT_LE(filter.bytes(), 5u << 20);
  EXPECT_TRUE(filter.may_contain(reference(4'999'999)));
}

}  // namespace
}  // namespace gnc::nodes::reference_filter_test
