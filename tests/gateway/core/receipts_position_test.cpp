#include <gmock/gmock.h>

#include "gnc/v1/audit.pb.h"
#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::receipts_position_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReceiptPositions : public GatewayTest {};

TEST_F(ReceiptPositions, GoOnAfterTheLastThatThePartyHasRecorded) {
  connect(1, "NZ");
  for (int i = 0; i < 5; ++i) submit(1, "NZ", {draft()});
  disconnect(1);
  const Effects effects = connect(2, "NZ", 100, 2);
  const auto shown = sent<ResendReceipts>(effects);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown.front().session, 2u);
  EXPECT_EQ(shown.front().party.text(), "NZ");
  EXPECT_EQ(shown.front().first, 3u);
  EXPECT_EQ(shown.front().last, 5u);
  EXPECT_EQ(store.cursors.at("NZ"), 2u);
  EXPECT_THAT(sent<ResendReceipts>(connect(3, "NZ", 100, 5)), IsEmpty());
}

TEST_F(ReceiptPositions, GoOnAfterARestart) {
  connect(1, "NZ");
  submit(1, "NZ", {draft()});
  submit(1, "NZ", {draft()});
  restart();
  EXPECT_THAT(sent<ResendReceipts>(connect(1, "NZ", 100, 1)), SizeIs(1));
  const Effects effects = submit(1, "NZ", {draft()});
  ASSERT_THAT(effects.persist.receipts, SizeIs(1));
  EXPECT_EQ(effects.persist.receipts.front().position, 3u);
}

TEST_F(ReceiptPositions, OfTheStepInWhichAPartyConnectsAreSentOnce) {
  connect(2, "CN");
  connect(1, "NZ");
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(1);
  std::vector<Event> events;
  events.emplace_back(FrameReceived{
      .session = 2,
      .submissions = {},
      .receipts = batches(sealed_receipts("CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)}))});
  events.emplace_back(PeerConnected{3, *PartyName::from_text("NZ"), 0, 100});
  const Effects effects = step(std::move(events));
  const auto shown = sent<ResendReceipts>(effects);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown.front().last, 1u);
  const auto fresh = sent<SendReceipts>(effects);
  ASSERT_THAT(fresh, SizeIs(1));
  EXPECT_EQ(fresh.front().position, 2u);
}

TEST_F(ReceiptPositions, WaitForASenderThatIsAway) {
  connect(1, "NZ");
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(1);
  const Effects effects = give_receipts(2, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)});
  EXPECT_THAT(effects.persist.receipts, SizeIs(1));
  EXPECT_THAT(sent<SendReceipts>(effects), IsEmpty());
  EXPECT_THAT(sent<ResendReceipts>(connect(1, "NZ", 1, 1)), SizeIs(1));
}

TEST_F(ReceiptPositions, AreRecordedOnlyWhenTheyRiseAndNeverBeyondTheLast) {
  connect(1, "NZ");
  for (int i = 0; i < 4; ++i) submit(1, "NZ", {draft()});
  const auto say = [&](std::uint64_t position) {
    return step_one(FrameReceived{
        .session = 1, .submissions = {}, .receipts = {}, .credit = 0, .receipts_recorded_up_to = position});
  };
  EXPECT_THAT(say(3).persist.cursors, SizeIs(1));
  EXPECT_THAT(say(3).persist.cursors, IsEmpty());
  EXPECT_THAT(say(2).persist.cursors, IsEmpty());
  EXPECT_THAT(say(999).persist.cursors, SizeIs(1));
  EXPECT_EQ(store.cursors.at("NZ"), 4u);
}

TEST_F(ReceiptPositions, SplitWhatIsTooMuchForOneBatch) {
  config.submission_credit = 10'000;
  restart();
  connect(1, "NZ");
  std::vector<Event> events;
  for (int frame = 0; frame < 5; ++frame) {
    std::vector<std::string> contents;
    contents.reserve(1000);
    for (int i = 0; i < 1000; ++i) contents.push_back(draft().bytes());
    events.emplace_back(FrameReceived{
        .session = 1, .submissions = batches(sealed_envelopes("NZ", contents)), .receipts = {}});
  }
  const Effects effects = step(std::move(events));
  ASSERT_THAT(effects.persist.receipts, SizeIs(2));
  EXPECT_THAT(receipts_in(effects.persist.receipts[0].bytes), SizeIs(trust::max_items_in_batch));
  EXPECT_EQ(effects.persist.exchanges.back().admitted_receipt, 2u);
}

// ---- The audit log ------------------------------------------------------------------------------

TEST_F(ReceiptPositions, AndBatchesAreLoggedWithTheirDigests) {
  connect(1, "NZ");
  const Effects effects = submit(1, "NZ", {draft(), draft()});
  ASSERT_THAT(effects.persist.audit, SizeIs(2));
  v1::AuditEntry batch, receipts;
  ASSERT_TRUE(batch.ParseFromString(effects.persist.audit[0].entry));
  ASSERT_TRUE(receipts.ParseFromString(effects.persist.audit[1].entry));
  EXPECT_EQ(batch.kind(), v1::AUDIT_KIND_BATCH_RECORDED);
  EXPECT_EQ(batch.party(), "NZ");
  EXPECT_EQ(batch.number(), 1u);
  EXPECT_EQ(batch.count(), 2u);
  EXPECT_EQ(batch.subject(), trust::sha256(effects.persist.batches.front().bytes).view());
  EXPECT_EQ(receipts.kind(), v1::AUDIT_KIND_RECEIPTS_RECORDED);
  EXPECT_EQ(receipts.number(), 1u);
  EXPECT_EQ(receipts.subject(), trust::sha256(effects.persist.receipts.front().bytes).view());
}

TEST_F(ReceiptPositions, TheLogSaysEachStartAndGoesOnThroughARestart) {
  connect(1, "NZ");
  submit(1, "NZ", {draft()});
  restart();
  step_one(TimePassed{});
  std::vector<v1::AuditKind> logged;
  for (const AuditRecord& record : store.audit) {
    v1::AuditEntry entry;
    ASSERT_TRUE(entry.ParseFromString(record.entry));
    logged.push_back(entry.kind());
  }
  EXPECT_THAT(logged, ElementsAre(v1::AUDIT_KIND_STARTED, v1::AUDIT_KIND_BATCH_RECORDED,
                                  v1::AUDIT_KIND_RECEIPTS_RECORDED, v1::AUDIT_KIND_STARTED));
}

}  // namespace
}  // namespace gnc::gateway::receipts_position_test
