#include "nodes/core/document_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::nodes::document_intake_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Two values of the wrong form.
constexpr const char* twice_wrong =
    R"({"declaration":{"functionCode":{"value":"nine"},"goodsItemQuantity":{"value":"two"}}})";

TEST(DocumentIntake, SaysAllThatIsWrongWhereTheWindowNamesTheFirstAndHowManyMore) {
  const auto all = take_in_or_say_all(twice_wrong, "json", "d.json");
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().unreadable, IsEmpty());
  ASSERT_THAT(all.error().faults, SizeIs(2));
  EXPECT_EQ(all.error().faults[0].code, v1::VALUE_FORMAT);

  const auto taken = take_in(twice_wrong, "json", "d.json");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().error.code, v1::VALUE_FORMAT);
  EXPECT_THAT(taken.error().error.detail, HasSubstr(all.error().faults[0].detail + " (and 1 more)"));
}

TEST(DocumentIntake, TellsWhatCannotBeReadFromWhatDoesNotConform) {
  const auto all = take_in_or_say_all("<Declaration>", "xml", "d.xml");
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().faults, IsEmpty());
  ASSERT_FALSE(all.error().unreadable.empty());
  const auto taken = take_in("<Declaration>", "xml", "d.xml");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().error.code, all.error().unreadable[0].code);
}

}  // namespace
}  // namespace gnc::nodes::document_intake_test
