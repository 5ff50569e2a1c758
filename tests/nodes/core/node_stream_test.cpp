#include <gtest/gtest.h>

#include "tests/nodes/core/node_world.h"

namespace gnc::nodes::node_stream_test {
namespace {

TEST(NodeStream, TriesAgainWithGrowingPausesAndTellsTheReasonOnce) {
  OneNode node("NZ");
  node.step();
  Duration last;
  int told = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    node.step(StreamEnded{node.stream, {v1::GATEWAY_UNREACHABLE, "connection refused", {}, {}}});
    if (node.event(v1::EVENT_KIND_DISCONNECTED) != nullptr) ++told;
    last = node.wake - node.now;
    EXPECT_GT(last, Duration{});
    EXPECT_LE(last, node.config.reconnect_ceiling);
    node.now = node.wake;
    node.step(TimePassed{});
    ASSERT_EQ(node.sent_of<OpenStream>().size(), 1u);
  }
  EXPECT_EQ(told, 1);
  EXPECT_GE(last, node.config.reconnect_ceiling / 2);
}

TEST(NodeStream, TellsTheCodeWithWhichTheGatewayRefusesIt) {
  OneNode node("NZ");
  node.step();
  node.step(StreamEnded{node.stream, {v1::CERTIFICATE_REVOKED, "serial 7", {}, {}}});
  const NodeEvent* told = node.event(v1::EVENT_KIND_DISCONNECTED);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->words->reason, v1::CERTIFICATE_REVOKED);
  EXPECT_EQ(told->words->detail, "serial 7");
  // Only a person can mend it: it is not hammered.
  EXPECT_GE(node.wake - node.now, node.config.reconnect_ceiling / 2);
  EXPECT_EQ(node.core->last_end().code, v1::CERTIFICATE_REVOKED);
}

TEST(NodeStream, GivesUpOnAGatewayThatDoesNotWelcomeIt) {
  OneNode node("NZ");
  node.step();
  node.now = node.wake;
  node.step(TimePassed{});
  ASSERT_EQ(node.sent_of<CloseStream>().size(), 1u);
  EXPECT_EQ(node.sent_of<CloseStream>()[0]->reason.code, v1::PEER_SILENT);
}

TEST(NodeStream, LeavesAGatewayOfAnotherName) {
  OneNode node("NZ");
  node.step();
  node.step(WelcomeReceived{node.stream, "gateway/other", 10});
  ASSERT_EQ(node.sent_of<CloseStream>().size(), 1u);
  EXPECT_EQ(node.sent_of<CloseStream>()[0]->reason.code, v1::SENDER_NOT_PEER);
  EXPECT_FALSE(node.core->connected());
}

TEST(NodeStream, DoesNotHearWhatComesOnAnOldStream) {
  OneNode node("NZ");
  node.connect();
  const StreamId old = node.stream;
  node.step(StreamEnded{old, {v1::GATEWAY_STOPPING, "", {}, {}}});
  node.now = node.wake;
  node.step(TimePassed{});
  node.step(WelcomeReceived{old, "gateway/hub", 10});
  EXPECT_FALSE(node.core->connected());
  node.step(WelcomeReceived{node.stream, "gateway/hub", 10});
  EXPECT_TRUE(node.core->connected());
  node.step(StreamEnded{old, {v1::GATEWAY_STOPPING, "", {}, {}}});
  EXPECT_TRUE(node.core->connected());
}

}  // namespace
}  // namespace gnc::nodes::node_stream_test
