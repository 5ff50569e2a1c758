#include "proto/types/recalled_texts.h"

#include <string>

#include <gtest/gtest.h>

namespace gnc::recalled_texts_test {
namespace {

using Key = RecalledTexts::Key;

constexpr std::size_t plenty = 1u << 20;

TEST(RecalledTexts, KnowWhatCameTwiceAndWhatWasNotedOfIt) {
  RecalledTexts recalled(128, plenty);
  EXPECT_EQ(recalled.find({}, "a document"), nullptr);
  recalled.remember({}, "a document", "DEC");
  EXPECT_EQ(recalled.find({}, "a document"), nullptr);
  EXPECT_EQ(recalled.bytes(), 0u);
  recalled.remember({}, "a document", "DEC");
  ASSERT_NE(recalled.find({}, "a document"), nullptr);
  EXPECT_EQ(*recalled.find({}, "a document"), "DEC");
  EXPECT_EQ(recalled.bytes(), 10u);
}

TEST(RecalledTexts, AreOfOneKeyAndTheVeryBytes) {
  RecalledTexts recalled(128, plenty);
  for (int time = 0; time < 2; ++time) recalled.remember({1, "DEC"}, "a document", "");
  EXPECT_NE(recalled.find({1, "DEC"}, "a document"), nullptr);
  EXPECT_EQ(recalled.find({2, "DEC"}, "a document"), nullptr);
  EXPECT_EQ(recalled.find({1, "RES"}, "a document"), nullptr);
  EXPECT_EQ(recalled.find({1, "DEC"}, "A document"), nullptr);
  for (int time = 0; time < 2; ++time) recalled.remember({}, "", "");
  EXPECT_EQ(recalled.find({}, ""), nullptr);
}

TEST(RecalledTexts, AreForgottenWhenThereIsNoMoreRoomAndWhenAsked) {
  RecalledTexts recalled(128, 25);
  for (const char* document : {"document 1", "document 2"}) {
    for (int time = 0; time < 2; ++time) recalled.remember({}, document, "");
  }
  EXPECT_NE(recalled.find({}, "document 1"), nullptr);
  EXPECT_NE(recalled.find({}, "document 2"), nullptr);
  for (int time = 0; time < 2; ++time) recalled.remember({}, "document 3", "");
  EXPECT_EQ(recalled.find({}, "document 1"), nullptr);
  EXPECT_EQ(recalled.bytes(), 0u);
  for (int time = 0; time < 2; ++time) recalled.remember({}, "document 3", "");
  EXPECT_NE(recalled.find({}, "document 3"), nullptr);
  recalled.clear();
  EXPECT_EQ(recalled.find({}, "document 3"), nullptr);
}

TEST(RecalledTexts, KeepManyInRoundsAndNoneThatIsHuge) {
  RecalledTexts recalled(1u << 12, plenty);
  const auto document = [](int number) { return "document " + std::to_string(number); };
  for (int time = 0; time < 2; ++time) {
    for (int number = 0; number < 1500; ++number) recalled.remember({}, document(number), "");
  }
  int known = 0;
  for (int number = 0; number < 1500; ++number) known += recalled.find({}, document(number)) != nullptr;
  EXPECT_GE(known, 1450);
  const std::string huge(20'000, 'x');
  for (int time = 0; time < 2; ++time) recalled.remember({}, huge, "");
  EXPECT_EQ(recalled.find({}, huge), nullptr);
}

TEST(RecalledTexts, GiveUpAnOlderOneForOneThatComesInItsPlace) {
  RecalledTexts recalled(128, plenty);
  const auto document = [](int number) { return "declaration " + std::to_string(number); };
  for (int number = 0; number < 5'000; ++number) {
    for (int time = 0; time < 2; ++time) recalled.remember({}, document(number), "DEC");
    EXPECT_NE(recalled.find({}, document(number)), nullptr);
  }
  int known = 0;
  for (int number = 0; number < 5'000; ++number) known += recalled.find({}, document(number)) != nullptr;
  EXPECT_GT(known, 0);
  EXPECT_LE(known, 128);
}

}  // namespace
}  // namespace gnc::recalled_texts_test
