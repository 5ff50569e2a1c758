#include "nodes/core/payload_gate.h"

#include <gmock/gmock.h>

#include "tests/nodes/core/node_world.h"
#include "trust/seal/merkle.h"

namespace gnc::nodes::payload_gate_test {
namespace {

using testing::ElementsAre;

class Gate : public testing::Test {
 protected:
  v1::Envelope envelope(std::uint64_t conversation, Instant expires_at,
                        const std::vector<std::string>& files) {
    v1::Envelope made = envelope_to_cn(++number_, declaration("ref"));
    made.set_conversation(std::string(Uuid::from_parts(expires_at, conversation, 7).view()));
    made.set_expires_at(expires_at.microseconds);
    for (const std::string& name : files) {
      v1::Attachment& attachment = *made.add_attachments();
      attachment.set_name(name);
      attachment.set_media_type("image/tiff");
      attachment.set_size(3);
      attachment.set_digest(std::string(trust::sha256(name).view()));
    }
    return made;
  }

  IncomingBatch batch(const std::vector<v1::Envelope>& envelopes) const {
    std::vector<std::string> contents;
    contents.reserve(envelopes.size());
    for (const v1::Envelope& each : envelopes) contents.push_back(each.SerializeAsString());
    return node_.world.open(node_.world.seal(contents, *node_.world.nz, node_.now));
  }

  OneNode node_{"CN"};
  const Instant soon_ = node_.now + Duration::from_seconds(60),
                late_ = node_.now + Duration::from_seconds(600);
  PayloadGate gate_;
  std::uint64_t number_ = 0;
};

TEST_F(Gate, LetsWhatAnnouncesNoPayloadsPass) {
  EXPECT_FALSE(gate_.hold(batch({envelope(1, soon_, {}), envelope(2, soon_, {})})));
}

TEST_F(Gate, HoldsABatchForAllItsPayloadsAsLongAsTheLastOfTheirEnvelopesLives) {
  const auto held =
      gate_.hold(batch({envelope(1, soon_, {"a"}), envelope(2, late_, {"b", "c"}), envelope(3, late_, {})}));
  ASSERT_TRUE(held);
  EXPECT_THAT(held->attachments, ElementsAre(testing::Property(&v1::Attachment::name, "a"),
                                             testing::Property(&v1::Attachment::name, "b"),
                                             testing::Property(&v1::Attachment::name, "c")));
  EXPECT_EQ(held->until, late_);
  EXPECT_EQ(held->conversations.size(), 3u);
}

TEST_F(Gate, HoldsWhatFollowsInTheConversationAndNothingElse) {
  const auto first = gate_.hold(batch({envelope(1, soon_, {"a"})}));
  ASSERT_TRUE(first);
  EXPECT_FALSE(gate_.hold(batch({envelope(2, soon_, {})})));
  const auto second = gate_.hold(batch({envelope(1, soon_, {})}));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->attachments.empty());
  gate_.let_through(*first);
  EXPECT_TRUE(gate_.hold(batch({envelope(1, soon_, {})}))) << "the second is still before it";
}

TEST_F(Gate, LetsTheConversationPassWhenAllThatWasHeldIsThrough) {
  const auto held = gate_.hold(batch({envelope(1, soon_, {"a"}), envelope(1, soon_, {})}));
  ASSERT_TRUE(held);
  gate_.let_through(*held);
  EXPECT_FALSE(gate_.hold(batch({envelope(1, soon_, {})})));
}

TEST_F(Gate, TakesOutOfAFrameWhatWaitsAndLeavesTheRestInItsOrder) {
  FrameReceived frame{.stream = 7, .deliveries = {}, .receipts = {}, .credit = 3};
  frame.deliveries.push_back(batch({envelope(1, soon_, {})}));
  frame.deliveries.push_back(batch({envelope(1, soon_, {"a"})}));
  frame.deliveries.push_back(batch({envelope(2, soon_, {})}));
  frame.deliveries.push_back(batch({envelope(1, soon_, {})}));
  std::vector<SharedText> bytes;
  bytes.reserve(frame.deliveries.size());
  for (const IncomingBatch& each : frame.deliveries) bytes.push_back(each.bytes);
  const std::vector<HeldBatch> held = gate_.take_out_of(frame);
  ASSERT_EQ(frame.deliveries.size(), 2u);
  EXPECT_EQ(frame.deliveries[0].bytes, bytes[0]);
  EXPECT_EQ(frame.deliveries[1].bytes, bytes[2]);
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].stream, 7u);
  EXPECT_EQ(held[0].batch.bytes, bytes[1]);
  EXPECT_EQ(held[1].batch.bytes, bytes[3]);
  EXPECT_TRUE(held[1].awaited.attachments.empty());
}

TEST_F(Gate, LeavesReceiptsAndWhatCannotBeOpenedToTheCore) {
  IncomingBatch unopened = batch({envelope(1, soon_, {"a"})});
  unopened.opened = failure(v1::SEAL_MALFORMED, "it is not");
  EXPECT_FALSE(gate_.hold(unopened));
}

}  // namespace
}  // namespace gnc::nodes::payload_gate_test
