#include "nodes/core/taken_documents.h"

#include <string>

#include <gtest/gtest.h>

namespace gnc::nodes::taken_documents_test {
namespace {

TEST(TakenDocuments, RecallWhatCameTwiceByItsBytesAndItsForm) {
  TakenDocuments taken;
  const std::string document = "a declaration";
  EXPECT_EQ(taken.find(document, "pb"), nullptr);
  taken.remember(document, "pb", "DEC");
  EXPECT_EQ(taken.find(document, "pb"), nullptr);
  taken.remember(document, "pb", "DEC");
  ASSERT_NE(taken.find(document, "pb"), nullptr);
  EXPECT_EQ(*taken.find(document, "pb"), "DEC");
  // Another form of the same bytes, and other bytes, are to be judged.
  EXPECT_EQ(taken.find(document, "xml"), nullptr);
  EXPECT_EQ(taken.find("A declaration", "pb"), nullptr);
  EXPECT_EQ(taken.find("", "pb"), nullptr);
}

TEST(TakenDocuments, GiveUpAnOlderOneForOneThatComesInItsPlace) {
  TakenDocuments taken;
  for (int i = 0; i < 5'000; ++i) {
    const std::string document = "declaration " + std::to_string(i);
    for (int times = 0; times < 2; ++times) taken.remember(document, "pb", "DEC");
    EXPECT_NE(taken.find(document, "pb"), nullptr);
  }
  int recalled = 0;
  for (int i = 0; i < 5'000; ++i) recalled += taken.find("declaration " + std::to_string(i), "pb") != nullptr;
  EXPECT_GT(recalled, 0);
  EXPECT_LE(recalled, 128);
}

TEST(TakenDocuments, KeepNoneThatIsLarge) {
  TakenDocuments taken;
  const std::string document(20'000, 'x');
  for (int times = 0; times < 3; ++times) taken.remember(document, "pb", "DEC");
  EXPECT_EQ(taken.find(document, "pb"), nullptr);
}

}  // namespace
}  // namespace gnc::nodes::taken_documents_test
