#include "proto/types/shared_text.h"

#include <gmock/gmock.h>

#include "proto/types/text_hash.h"

namespace gnc::shared_text_test {
namespace {

TEST(SharedText, IsOneTextInAllItsCopies) {
  const SharedText first = "a text that is too long for a small string";
  const SharedText copy = first;
  EXPECT_EQ(copy.text().data(), first.text().data());
  EXPECT_EQ(copy, first);
  EXPECT_EQ(copy.size(), 42u);
}

TEST(SharedText, IsComparedByWhatItSays) {
  const SharedText one = std::string("declaration"), other = "declaration";
  EXPECT_NE(one.text().data(), other.text().data());
  EXPECT_EQ(one, other);
  EXPECT_EQ(one, "declaration");
  EXPECT_EQ(std::string("declaration"), one);
  EXPECT_NE(one, SharedText("response"));
}

TEST(SharedText, IsEmptyWhereNothingOrAnEmptyTextWasGiven) {
  EXPECT_TRUE(SharedText().empty());
  EXPECT_EQ(SharedText().text(), "");
  EXPECT_EQ(SharedText(), SharedText(std::string()));
  EXPECT_EQ(SharedText("").shared(), nullptr);
}

TEST(SharedText, TakesOverWhatIsSharedAlready) {
  const auto bytes = std::make_shared<const std::string>("bytes");
  EXPECT_EQ(SharedText(bytes).shared(), bytes);
}

TEST(TextHash, DependsOnEveryByteAndOnTheLength) {
  const std::string text(40, 'a');
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'b';
    EXPECT_NE(text_hash(other), text_hash(text)) << i;
  }
  EXPECT_NE(text_hash(text.substr(1)), text_hash(text));
  EXPECT_NE(text_hash(std::string("a\0", 2)), text_hash("a"));
  EXPECT_EQ(text_hash(std::string(text)), text_hash(text));
}

}  // namespace
}  // namespace gnc::shared_text_test
