#include "proto/types/recalled_texts.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace gnc::recalled_texts_test {
namespace {

using Key = RecalledTexts::Key;

constexpr std::size_t plenty = 1u << 20;

const std::string* find(const RecalledTexts& recalled, Key key, std::string_view text) {
  return recalled.find(RecalledTexts::hash_of(key, text), key, text);
}

void remember(RecalledTexts& recalled, Key key, std::string_view text, std::string_view note) {
  recalled.remember(RecalledTexts::hash_of(key, text), key, text, note);
}

TEST(RecalledTexts, KnowWhatCameTwiceAndWhatWasNotedOfIt) {
  RecalledTexts recalled(128, plenty);
  EXPECT_EQ(find(recalled, {}, "a document"), nullptr);
  remember(recalled, {}, "a document", "DEC");
  EXPECT_EQ(find(recalled, {}, "a document"), nullptr);
  EXPECT_EQ(recalled.bytes(), 0u);
  remember(recalled, {}, "a document", "DEC");
  ASSERT_NE(find(recalled, {}, "a document"), nullptr);
  EXPECT_EQ(*find(recalled, {}, "a document"), "DEC");
  EXPECT_EQ(recalled.bytes(), 10u);
}

TEST(RecalledTexts, AreOfOneKeyAndTheVeryBytes) {
  RecalledTexts recalled(128, plenty);
  for (int time = 0; time < 2; ++time) remember(recalled, {1, "DEC"}, "a document", "");
  EXPECT_NE(find(recalled, {1, "DEC"}, "a document"), nullptr);
  EXPECT_EQ(find(recalled, {2, "DEC"}, "a document"), nullptr);
  EXPECT_EQ(find(recalled, {1, "RES"}, "a document"), nullptr);
  EXPECT_EQ(find(recalled, {1, "DEC"}, "A document"), nullptr);
  for (int time = 0; time < 2; ++time) remember(recalled, {}, "", "");
  EXPECT_EQ(find(recalled, {}, ""), nullptr);
}

TEST(RecalledTexts, AreForgottenWhenThereIsNoMoreRoomAndWhenAsked) {
  RecalledTexts recalled(128, 25);
  for (const char* document : {"document 1", "document 2"}) {
    for (int time = 0; time < 2; ++time) remember(recalled, {}, document, "");
  }
  EXPECT_NE(find(recalled, {}, "document 1"), nullptr);
  EXPECT_NE(find(recalled, {}, "document 2"), nullptr);
  for (int time = 0; time < 2; ++time) remember(recalled, {}, "document 3", "");
  EXPECT_EQ(find(recalled, {}, "document 1"), nullptr);
  EXPECT_EQ(recalled.bytes(), 0u);
  for (int time = 0; time < 2; ++time) remember(recalled, {}, "document 3", "");
  EXPECT_NE(find(recalled, {}, "document 3"), nullptr);
  recalled.clear();
  EXPECT_EQ(find(recalled, {}, "document 3"), nullptr);
}

TEST(RecalledTexts, KeepManyInRoundsAndNoneThatIsHuge) {
  RecalledTexts recalled(1u << 12, plenty);
  const auto document = [](int number) { return "document " + std::to_string(number); };
  for (int time = 0; time < 2; ++time) {
    for (int number = 0; number < 1500; ++number) remember(recalled, {}, document(number), "");
  }
  int known = 0;
  for (int number = 0; number < 1500; ++number) known += find(recalled, {}, document(number)) != nullptr;
  EXPECT_GE(known, 1450);
  const std::string huge(20'000, 'x');
  for (int time = 0; time < 2; ++time) remember(recalled, {}, huge, "");
  EXPECT_EQ(find(recalled, {}, huge), nullptr);
}

TEST(RecalledTexts, GiveUpAnOlderOneForOneThatComesInItsPlace) {
  RecalledTexts recalled(128, plenty);
  const auto document = [](int number) { return "declaration " + std::to_string(number); };
  for (int number = 0; number < 5'000; ++number) {
    for (int time = 0; time < 2; ++time) remember(recalled, {}, document(number), "DEC");
    EXPECT_NE(find(recalled, {}, document(number)), nullptr);
  }
  int known = 0;
  for (int number = 0; number < 5'000; ++number) known += find(recalled, {}, document(number)) != nullptr;
  EXPECT_GT(known, 0);
  EXPECT_LE(known, 128);
}

}  // namespace
}  // namespace gnc::recalled_texts_test
