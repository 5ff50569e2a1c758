#include "scenarios/virtual/node_records.h"

#include <gmock/gmock.h>

namespace gnc::scenarios::node_records_test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::Optional;

TEST(NodeRecords, KeepOfEachNameTheLastNoteUntilItIsForgotten) {
  FactBook facts;
  NodeRecords records(facts);
  nodes::Transaction first;
  first.notes = {{"case 1", "held"}, {"case 2", "held"}, {"account", "10"}};
  records.apply(std::move(first));
  nodes::Transaction second;
  second.notes = {{"case 2", std::nullopt}, {"account", "7"}, {"account", "5"}, {"case 3", std::nullopt}};
  records.apply(std::move(second));

  using nodes::NoteRecord;
  const auto note = [](const char* name, const char* bytes) {
    return testing::AllOf(Field(&NoteRecord::name, name),
                          Field(&NoteRecord::bytes, Optional(std::string(bytes))));
  };
  EXPECT_THAT(records.restore().notes, ElementsAre(note("account", "5"), note("case 1", "held")));
}

nodes::OutgoingRecord sent(std::uint64_t number, const char* reference) {
  const Uuid id = Uuid::from_parts(Instant{1'767'600'000'000'000}, 0, number);
  const PartyName to = *PartyName::from_text("CN");
  return {.id = id,
          .batch = 1,
          .recipient = to,
          .conversation = id,
          .agreement = "NZ-CN",
          .message = "notice",
          .reference = reference,
          .answers = {},
          .digest = {},
          .created_at = {},
          .expires_at = {},
          .intended_at = {},
          .changed_at = {},
          .reason = {},
          .detail = {},
          .number = number};
}

TEST(NodeRecords, FindWhatWasSentByItsReferenceUntilItIsForgotten) {
  FactBook facts;
  NodeRecords records(facts);
  nodes::Transaction transaction;
  transaction.outgoing = {sent(1, "order 1"), sent(2, "order 2"), sent(3, "")};
  const Uuid second = transaction.outgoing[1].id;
  records.apply(std::move(transaction));
  const PartyName nz = *PartyName::from_text("NZ");
  ASSERT_TRUE(records.lodged(nz, "order 2"));
  EXPECT_EQ(records.lodged(nz, "order 2")->id, second);
  EXPECT_FALSE(records.lodged(nz, "order 3"));
  EXPECT_FALSE(records.lodged(nz, ""));
  EXPECT_TRUE(records.restore().references.may_contain("order 1"));
  records.forget_outgoing(second);
  EXPECT_FALSE(records.lodged(nz, "order 2"));
  EXPECT_TRUE(records.lodged(nz, "order 1"));
  EXPECT_TRUE(facts.take_contradictions().empty());
}

TEST(NodeRecords, TellWhereAReferenceIsRecordedTwice) {
  FactBook facts;
  NodeRecords records(facts);
  nodes::Transaction transaction;
  transaction.outgoing = {sent(1, "order 1"), sent(2, "order 1")};
  records.apply(std::move(transaction));
  EXPECT_THAT(facts.take_contradictions(), ElementsAre(testing::HasSubstr("order 1 twice")));
}

}  // namespace
}  // namespace gnc::scenarios::node_records_test
