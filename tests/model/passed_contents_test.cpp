#include "model/agreement/passed_contents.h"

#include <gmock/gmock.h>

namespace gnc::model::passed_contents_test {
namespace {

TEST(PassedContents, KnowsWhatHasPassedTwice) {
  PassedContents passed;
  EXPECT_FALSE(passed.contains(0, "DEC", "a document"));
  passed.remember(0, "DEC", "a document");
  EXPECT_FALSE(passed.contains(0, "DEC", "a document"));
  EXPECT_EQ(passed.bytes(), 0u);
  passed.remember(0, "DEC", "a document");
  EXPECT_TRUE(passed.contains(0, "DEC", "a document"));
  EXPECT_EQ(passed.bytes(), 10u);
}

TEST(PassedContents, IsOfOneAgreementOneTypeAndTheVeryBytes) {
  PassedContents passed;
  for (int time = 0; time < 2; ++time) passed.remember(1, "DEC", "a document");
  EXPECT_TRUE(passed.contains(1, "DEC", "a document"));
  EXPECT_FALSE(passed.contains(2, "DEC", "a document"));
  EXPECT_FALSE(passed.contains(1, "RES", "a document"));
  EXPECT_FALSE(passed.contains(1, "DEC", "b document"));
}

TEST(PassedContents, ForgetsAllWhenItIsFullAndWhenItIsToldTo) {
  PassedContents passed(25);
  for (const char* document : {"document 1", "document 2"}) {
    for (int time = 0; time < 2; ++time) passed.remember(0, "DEC", document);
  }
  EXPECT_TRUE(passed.contains(0, "DEC", "document 1"));
  EXPECT_TRUE(passed.contains(0, "DEC", "document 2"));
  for (int time = 0; time < 2; ++time) passed.remember(0, "DEC", "document 3");
  EXPECT_FALSE(passed.contains(0, "DEC", "document 1"));
  EXPECT_EQ(passed.bytes(), 0u);
  for (int time = 0; time < 2; ++time) passed.remember(0, "DEC", "document 3");
  EXPECT_TRUE(passed.contains(0, "DEC", "document 3"));
  passed.clear();
  EXPECT_FALSE(passed.contains(0, "DEC", "document 3"));
}

TEST(PassedContents, KeepsHundredsOfDocumentsAndNoneThatIsHuge) {
  PassedContents passed;
  const auto document = [](int number) { return "document " + std::to_string(number); };
  for (int time = 0; time < 2; ++time) {
    for (int number = 0; number < 1500; ++number) passed.remember(0, "DEC", document(number));
  }
  int known = 0;
  for (int number = 0; number < 1500; ++number) known += passed.contains(0, "DEC", document(number));
  EXPECT_GE(known, 1450);
  const std::string huge(20'000, 'x');
  for (int time = 0; time < 2; ++time) passed.remember(0, "DEC", huge);
  EXPECT_FALSE(passed.contains(0, "DEC", huge));
}

}  // namespace
}  // namespace gnc::model::passed_contents_test
