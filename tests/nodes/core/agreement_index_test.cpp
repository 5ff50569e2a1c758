#include "nodes/core/agreement_index.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <vector>

#include "model/agreement/agreement_book.h"

namespace gnc::nodes::agreement_index_test {
namespace {

v1::UtilityBlock block(int version, const std::string& message) {
  v1::UtilityBlock made;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(id: "goods"
           title: "Goods"
           legal_basis: "None: a test"
           pattern: PATTERN_EVENT_PUSH
           roles: "from"
           roles: "to"
           messages { from: "from" to: "to" document: "DEC" })pb",
      &made));
  made.set_version(static_cast<std::uint32_t>(version));
  made.mutable_messages(0)->set_name(message);
  return made;
}

TEST(AgreementIndex, GoesByTheVersionOfTheBlockThatTheAgreementNames) {
  const std::vector<v1::UtilityBlock> blocks{block(1, "declaration"), block(2, "notice")};
  v1::Agreement agreement;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"pb(id: "NZ-CN"
                                                                 block: "goods"
                                                                 block_version: 1
                                                                 purpose: "A test"
                                                                 until: 1000
                                                                 parties { role: "from" party: "NZ" }
                                                                 parties { role: "to" party: "CN" })pb",
                                                            &agreement));
  const auto book = model::AgreementBook::compile(blocks, {&agreement, 1});
  ASSERT_TRUE(book) << describe(book.error().front());
  const auto terms = AgreementIndex(**book).for_lodgement("NZ", "CN", "DEC", "", "", Instant{1});
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->message, "declaration");
}

TEST(AgreementIndex, SaysWhatAPartyMaySendToWhomAndHowOften) {
  v1::UtilityBlock made = block(1, "list");
  made.set_pattern(v1::PATTERN_SCHEDULED_PUSH);
  made.mutable_messages(0)->mutable_every()->set_seconds(86'400);
  made.mutable_messages(0)->set_priority(v1::PRIORITY_URGENT);
  v1::Agreement agreement;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"pb(id: "NZ"
                                                                 block: "goods"
                                                                 block_version: 1
                                                                 purpose: "A test"
                                                                 until: 1000
                                                                 parties { role: "from" party: "NZ" }
                                                                 parties { role: "to" party: "CN" }
                                                                 parties { role: "to" party: "AU" })pb",
                                                            &agreement));
  const auto book = model::AgreementBook::compile({&made, 1}, {&agreement, 1});
  ASSERT_TRUE(book) << describe(book.error().front());
  const AgreementIndex index(**book);
  const auto sent = index.sent_by("NZ");
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].recipient.text(), "AU");
  EXPECT_EQ(sent[1].recipient.text(), "CN");
  EXPECT_EQ(sent[0].terms.message, "list");
  EXPECT_EQ(sent[0].terms.every, Duration::from_seconds(86'400));
  EXPECT_EQ(sent[0].terms.priority, v1::PRIORITY_URGENT);
  EXPECT_TRUE(index.sent_by("CN").empty());
  EXPECT_TRUE(index.sent_by("FR").empty());
}

}  // namespace
}  // namespace gnc::nodes::agreement_index_test
