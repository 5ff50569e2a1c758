#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/nodes/core/node_world.h"

namespace gnc::nodes::sender_test {
namespace {

using testing::ElementsAre;

const OutgoingRecord& only(const MemoryStore& store) { return store.outgoing.begin()->second; }

v1::SealedBatch parsed(const std::string& bytes) {
  v1::SealedBatch batch;
  EXPECT_TRUE(batch.ParseFromString(bytes));
  return batch;
}

// NZ, welcomed, with one exchange under way.
struct Sender : testing::Test {
  Sender() {
    node.connect();
    node.step(LodgeRequested{lodge_one("NZ", "CN", "a")});
    record = only(node.store);
  }

  v1::Receipt by_gateway(v1::ReceiptKind kind, v1::ErrorCode reason = v1::ERROR_CODE_UNSPECIFIED) const {
    return receipt(*record, kind, "gateway/hub", reason);
  }
  v1::Receipt by_recipient(v1::ReceiptKind kind) const { return receipt(*record, kind, "CN"); }
  OutgoingState state() const { return only(node.store).state; }

  OneNode node{"NZ"};
  std::optional<OutgoingRecord> record;
};

TEST(SenderCredit, SubmitsWithinTheCreditAndMoreWhenMoreComes) {
  NodeConfig config = usual_config();
  config.batch_envelopes = 2;
  OneNode node("NZ", config);
  node.connect(3);
  Documents documents;
  for (int i = 0; i < 6; ++i) documents.emplace_back(std::to_string(i), declaration("x").SerializeAsString());
  node.step(LodgeRequested{lodge("NZ", "CN", documents)});
  EXPECT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  node.grant(3);
  EXPECT_EQ(node.sent_of<SendSubmission>().size(), 2u);
}

TEST(SenderCredit, LeavesAGatewayThatNeverGrantsEnoughForABatch) {
  OneNode node("NZ");
  node.connect(2);
  Documents documents;
  for (int i = 0; i < 3; ++i) documents.emplace_back(std::to_string(i), declaration("x").SerializeAsString());
  node.step(LodgeRequested{lodge("NZ", "CN", documents)});
  EXPECT_TRUE(node.sent_of<SendSubmission>().empty());
  ASSERT_EQ(node.sent_of<CloseStream>().size(), 1u);
  EXPECT_EQ(node.sent_of<CloseStream>()[0]->reason.code, v1::CREDIT_EXCEEDED);
}

TEST_F(Sender, OnANewStreamSubmitsWhatIsNotAnsweredForAgainAsTheSameBytes) {
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  node.step(LodgeRequested{lodge_one("NZ", "CN", "b")});
  const std::string second = *node.sent_of<SendSubmission>().at(0)->bytes;
  node.restart();
  node.connect();
  ASSERT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  EXPECT_EQ(*node.sent_of<SendSubmission>()[0]->bytes, second);
}

// The gateway refuses what a certificate sealed that has expired since, and its refusal could name no
// envelope.
TEST_F(Sender, WithANewCertificateSealsAnewWhatIsNotAnsweredFor) {
  const v1::SealedBatch before = parsed(*node.sent_of<SendSubmission>().at(0)->bytes);
  const trust::TrustWorld renewed;
  const std::shared_ptr<trust::Signer> signer = renewed.signer("NZ");
  node.step(IdentityReplaced{signer});
  node.step(StreamEnded{node.stream, {}});
  node.connect();
  ASSERT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  const v1::SealedBatch after = parsed(*node.sent_of<SendSubmission>()[0]->bytes);
  ASSERT_EQ(after.items_size(), 1);
  EXPECT_EQ(after.items(0).content(), before.items(0).content());
  EXPECT_EQ(after.seal().chain(0), signer->chain().front());
  EXPECT_NE(before.seal().chain(0), signer->chain().front());
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  EXPECT_EQ(state(), OutgoingState::admitted);
}

TEST_F(Sender, SubmitsAgainLaterWhatTheGatewayCannotTakeNow) {
  node.receipts({by_gateway(v1::RECEIPT_KIND_REFUSED, v1::RECIPIENT_QUEUE_FULL)});
  EXPECT_EQ(state(), OutgoingState::sealed);
  EXPECT_TRUE(node.sent_of<SendSubmission>().empty());
  ASSERT_NE(node.wake, Instant{});
  node.now = node.wake;
  node.step(TimePassed{});
  ASSERT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  EXPECT_EQ(*node.sent_of<SendSubmission>()[0]->bytes, *node.store.batches.at(1).bytes);
}

TEST_F(Sender, FollowsAnExchangeToProcessedAndItsAnswerTellsTheFunctionCode) {
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_ADMITTED));
  node.receipts({by_recipient(v1::RECEIPT_KIND_DELIVERED), by_recipient(v1::RECEIPT_KIND_PROCESSED)},
                node.world.cn.get());
  EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_DELIVERED_RECEIPT));
  EXPECT_EQ(state(), OutgoingState::processed);
  EXPECT_EQ(node.core->counters().open, 1u);

  v1::Envelope answer;
  answer.set_id(std::string(Uuid::from_parts(node.now, 1, 2).view()));
  answer.set_sender("CN");
  answer.set_recipient("NZ");
  answer.set_conversation(std::string(record->conversation.view()));
  answer.set_agreement("NZ-CN");
  answer.set_message("response");
  answer.set_answers(std::string(record->id.view()));
  v1::MetaData response;
  response.add_response()->mutable_function_code()->set_value("03");
  answer.mutable_document()->set_type("RES");
  answer.mutable_document()->set_structured(response.SerializeAsString());
  node.deliver({answer.SerializeAsString()}, *node.world.cn);
  const NodeEvent* processed = node.event(v1::EVENT_KIND_PROCESSED);
  ASSERT_NE(processed, nullptr);
  EXPECT_EQ(processed->exchange, record->id);
  EXPECT_EQ(processed->reference, "a");
  EXPECT_EQ(processed->words->function_code, "03");
  EXPECT_EQ(node.core->counters().open, 0u);
  EXPECT_THAT(node.store.broken_rules, testing::IsEmpty());
}

TEST_F(Sender, TellsProcessedWithoutAFunctionCodeWhereNoAnswerComesInTime) {
  node.receipts({by_recipient(v1::RECEIPT_KIND_PROCESSED)}, node.world.cn.get());
  EXPECT_EQ(node.event(v1::EVENT_KIND_PROCESSED), nullptr);
  node.now = node.wake;
  node.step(TimePassed{});
  ASSERT_NE(node.event(v1::EVENT_KIND_PROCESSED), nullptr);
  EXPECT_EQ(node.core->counters().open, 0u);
}

TEST(SenderOfANotice, IsDoneWithItWhenItIsDelivered) {
  OneNode node("CN");
  node.connect();
  node.step(LodgeRequested{lodge_one("CN", "NZ", "a")});
  EXPECT_EQ(only(node.store).message, "notice");
  node.receipts({receipt(only(node.store), v1::RECEIPT_KIND_DELIVERED, "NZ")}, node.world.nz.get());
  EXPECT_EQ(node.core->counters().open, 0u);
}

class FirstTerminalReceipt : public testing::TestWithParam<v1::ReceiptKind> {};

TEST_P(FirstTerminalReceipt, Wins) {
  OneNode node("NZ");
  node.connect();
  node.step(LodgeRequested{lodge_one("NZ", "CN", "a")});
  const OutgoingRecord record = only(node.store);
  node.receipts({receipt(record, GetParam(), "gateway/hub", v1::ENVELOPE_EXPIRED)});
  const OutgoingState first = only(node.store).state;
  EXPECT_TRUE(is_terminal(first, true));
  EXPECT_EQ(only(node.store).reason, v1::ENVELOPE_EXPIRED);
  node.receipts(
      {receipt(record, v1::RECEIPT_KIND_DELIVERED, "CN"), receipt(record, v1::RECEIPT_KIND_PROCESSED, "CN")},
      node.world.cn.get());
  EXPECT_EQ(only(node.store).state, first);
  EXPECT_TRUE(node.events.empty());
  EXPECT_THAT(node.store.broken_rules, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, FirstTerminalReceipt,
                         testing::Values(v1::RECEIPT_KIND_REFUSED, v1::RECEIPT_KIND_EXPIRED,
                                         v1::RECEIPT_KIND_DEAD_LETTERED),
                         [](const auto& one) { return v1::ReceiptKind_Name(one.param); });

TEST_F(Sender, LearnsNothingNewFromAReceiptThatComesLate) {
  node.receipts({by_recipient(v1::RECEIPT_KIND_DELIVERED)}, node.world.cn.get());
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  EXPECT_EQ(state(), OutgoingState::delivered);
  EXPECT_TRUE(node.events.empty());
}

TEST_F(Sender, BelievesNoReceiptOfAnotherIssuerOrAboutOtherBytes) {
  // The gateway cannot speak for the recipient, nor the recipient for the gateway.
  node.receipts({by_gateway(v1::RECEIPT_KIND_DELIVERED)});
  node.receipts({by_recipient(v1::RECEIPT_KIND_ADMITTED)}, node.world.cn.get());
  // The issuer that it names is not its signer.
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)}, node.world.cn.get());
  v1::Receipt other = by_gateway(v1::RECEIPT_KIND_ADMITTED);
  other.set_envelope_digest(std::string(32, 'x'));
  node.receipts({other});
  EXPECT_EQ(state(), OutgoingState::sealed);
  EXPECT_EQ(node.store.receipts.size(), 4u);
}

TEST_F(Sender, TakesReceiptsInTheOrderOfTheirPositions) {
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  ASSERT_EQ(node.sent_of<SendReceiptsRecorded>().size(), 1u);
  EXPECT_EQ(node.sent_of<SendReceiptsRecorded>()[0]->up_to, 1u);
  // Again: nothing happens.
  node.position = 0;
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  EXPECT_TRUE(node.sent.empty());
  // With a gap: the stream ends, and the next one resumes after what is on record.
  node.position = 4;
  node.receipts({by_gateway(v1::RECEIPT_KIND_ADMITTED)});
  ASSERT_EQ(node.sent_of<CloseStream>().size(), 1u);
  EXPECT_EQ(node.store.receipts.size(), 1u);
  node.step(StreamEnded{node.stream, {}});
  node.now = node.wake;
  node.step(TimePassed{});
  ASSERT_EQ(node.sent_of<OpenStream>().size(), 1u);
  EXPECT_EQ(node.sent_of<OpenStream>()[0]->receipts_recorded_up_to, 1u);
}

TEST_F(Sender, KeepsReceiptsWhoseSealDoesNotHoldAndDoesNotBelieveThem) {
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(node.world.seal(
      {by_gateway(v1::RECEIPT_KIND_ADMITTED).SerializeAsString()}, *node.world.gateway, node.now, "NZ")));
  batch.mutable_seal()->mutable_signature()->back() ^= 1;
  FrameReceived frame{.stream = node.stream, .deliveries = {}, .receipts = {}, .credit = 0};
  frame.receipts.push_back({1, node.world.open(batch.SerializeAsString())});
  node.step(std::move(frame));
  EXPECT_EQ(state(), OutgoingState::sealed);
  ASSERT_EQ(node.store.receipts.size(), 1u);
  EXPECT_FALSE(node.store.receipts.at(1).believed);
}

}  // namespace
}  // namespace gnc::nodes::sender_test
