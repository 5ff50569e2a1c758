#include <string>

#include "tests/connection/border.h"

namespace gnc::connection::frame_test {
namespace {

class Frame : public Border {
 protected:
  void SetUp() override { start_gateway(); }

  static v1::ErrorCode end_of(RogueClient& client) {
    const auto end = client.end();
    EXPECT_TRUE(end) << "the stream is still open";
    return end ? end->code() : v1::ERROR_CODE_UNSPECIFIED;
  }
};

TEST_F(Frame, BeforeTheHelloEndsTheStream) {
  const auto client = connect(identity("NZ"));
  client->send(submission(sealed({envelope()})));
  EXPECT_EQ(end_of(*client), v1::HELLO_EXPECTED);
}

TEST_F(Frame, WithASecondHelloEndsTheStream) {
  const auto client = welcomed("NZ");
  client->send_hello("NZ");
  EXPECT_EQ(end_of(*client), v1::HELLO_EXPECTED);
}

TEST_F(Frame, OfAnotherProtocolVersionEndsTheStream) {
  const auto client = connect(identity("NZ"));
  v1::NodeFrame frame;
  frame.mutable_hello()->set_protocol(2);
  frame.mutable_hello()->set_party("NZ");
  client->send(frame);
  EXPECT_EQ(end_of(*client), v1::PROTOCOL_VERSION);
}

TEST_F(Frame, ThatCannotBeReadEndsTheStream) {
  const auto client = welcomed("NZ");
  client->send_bytes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(end_of(*client), v1::FRAME_MALFORMED);
}

TEST_F(Frame, BeyondTheSizeBoundEndsTheStream) {
  const auto client = welcomed("NZ");
  client->send_zeros(8u << 20);
  EXPECT_EQ(end_of(*client), v1::FRAME_TOO_LARGE);
}

TEST_F(Frame, WithMoreItemsThanTheBoundEndsTheStream) {
  const auto client = welcomed("NZ");
  v1::SealedBatch batch;
  for (int number = 0; number < 5000; ++number) batch.add_items();
  client->send(submission(batch));
  EXPECT_EQ(end_of(*client), v1::FRAME_TOO_LARGE);
}

TEST_F(Frame, ThatInflatesBeyondTheBoundEndsTheStreamAndTakesNoMemory) {
  constexpr std::size_t inflated = 900u << 20;
  constexpr std::uint64_t allowed = 64u << 20;
  RogueClient client(address(), {.identity = identity("NZ"), .gzip = true});
  client.send_hello("NZ");
  ASSERT_TRUE(client.read());
  const auto before = gateway().cost().peak_memory_bytes;
  client.send_zeros(inflated);
  EXPECT_EQ(end_of(client), v1::FRAME_INFLATES_TOO_LARGE);
  EXPECT_LT(gateway().cost().peak_memory_bytes, before + allowed);
}

TEST_F(Frame, ThatIsCompressedAndWithinTheBoundIsTaken) {
  RogueClient client(address(), {.identity = identity("NZ"), .gzip = true});
  client.send_hello("NZ");
  const auto good = envelope();
  client.send(submission(sealed({good})));
  const auto receipt = client.read_receipt(good.id());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->kind(), v1::RECEIPT_KIND_ADMITTED);
}

TEST_F(Frame, OfTheSamePartyOnAnotherStreamReplacesTheOlderStream) {
  const auto older = welcomed("NZ");
  const auto newer = welcomed("NZ");
  EXPECT_EQ(end_of(*older), v1::PEER_REPLACED);
}

}  // namespace
}  // namespace gnc::connection::frame_test
