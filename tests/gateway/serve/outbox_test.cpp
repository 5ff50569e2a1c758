#include "gateway/serve/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/store/records.h"

namespace gnc::gateway::outbox_test {
namespace {

using testing::party;
using testing::TemporaryFolder;

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() : store_(std::move(*GatewayStore::open(folder_.path()))), envelopes_(*store_, 1 << 20) {}

  void record(std::vector<ReceiptsRecord> receipts) {
    Effects effects;
    effects.persist.receipts = std::move(receipts);
    ASSERT_TRUE(store_->commit({&effects, 1}));
  }
  static std::vector<std::uint64_t> positions_in(const std::string& bytes) {
    const auto frame = wire::parse_gateway_frame(bytes);
    std::vector<std::uint64_t> positions;
    if (!frame) return positions;
    for (const auto& receipts : frame->receipts) positions.push_back(receipts.position);
    return positions;
  }
  // The next frame's bytes; empty where nothing waits.
  std::string next() {
    auto made = outbox_.next();
    EXPECT_TRUE(made) << describe(made.error());
    ended_ = made->end;
    return made->frame ? *wire::read_frame(*made->frame) : std::string{};
  }

  TemporaryFolder folder_;
  std::unique_ptr<GatewayStore> store_;
  EnvelopeSource envelopes_;
  const PartyName gateway_ = party("gateway/hub");
  Outbox outbox_{gateway_, envelopes_, *store_};
  std::optional<Error> ended_;
};

TEST_F(OutboxTest, FillsOneFrameWithAllThatWaits) {
  outbox_.add(SendWelcome{1, 100});
  outbox_.add(SendReceipts{1, 7, "receipts 7"});
  outbox_.add(SendCredit{1, 5});
  outbox_.add(SendReceipts{1, 8, "receipts 8"});
  outbox_.add(SendCredit{1, 6});
  const auto bytes = next();
  const auto frame = wire::parse_gateway_frame(bytes);
  ASSERT_TRUE(frame) << describe(frame.error());
  ASSERT_TRUE(frame->welcome);
  EXPECT_EQ(frame->welcome->gateway, "gateway/hub");
  EXPECT_EQ(frame->welcome->credit, 100u);
  EXPECT_EQ(frame->credit, 11u);
  ASSERT_EQ(frame->receipts.size(), 2u);
  EXPECT_EQ(frame->receipts[1].position, 8u);
  EXPECT_EQ(frame->receipts[1].receipts, "receipts 8");
  EXPECT_EQ(next(), "");
}

TEST_F(OutboxTest, KeepsEachFrameWithinTheBoundAndTheOrder) {
  for (std::uint64_t position = 1; position <= 10; ++position) {
    outbox_.add(SendReceipts{1, position, std::string(1 << 20, 'r')});
  }
  std::vector<std::uint64_t> positions;
  std::size_t frames = 0;
  for (auto bytes = next(); !bytes.empty(); bytes = next()) {
    ++frames;
    EXPECT_LE(bytes.size(), 4u << 20);
    std::ranges::copy(positions_in(bytes), std::back_inserter(positions));
  }
  EXPECT_EQ(positions, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(frames, 4u);
}

TEST_F(OutboxTest, ReadsReceiptsOnRecordInPiecesAndKeepsTheirPlace) {
  std::vector<ReceiptsRecord> records;
  for (std::uint64_t position = 1; position <= 6; ++position) {
    records.push_back({party("NZ"), position, {1}, std::string(900'000, 'r')});
  }
  record(std::move(records));
  outbox_.add(ResendReceipts{1, party("NZ"), 2, 6});
  outbox_.add(SendReceipts{1, 7, "receipts 7"});
  std::vector<std::uint64_t> positions;
  for (auto bytes = next(); !bytes.empty(); bytes = next()) {
    std::ranges::copy(positions_in(bytes), std::back_inserter(positions));
  }
  EXPECT_EQ(positions, (std::vector<std::uint64_t>{2, 3, 4, 5, 6, 7}));
}

TEST_F(OutboxTest, EndsAfterWhatWaitedBefore) {
  outbox_.add(SendReceipts{1, 1, "receipts 1"});
  outbox_.add(EndSession{1, Error{v1::PEER_REPLACED, "x", {}, {}}});
  EXPECT_NE(next(), "");
  EXPECT_FALSE(ended_);
  EXPECT_EQ(next(), "");
  ASSERT_TRUE(ended_);
  EXPECT_EQ(ended_->code, v1::PEER_REPLACED);
}

TEST_F(OutboxTest, FailsWhereABatchOnRecordIsMissing) {
  outbox_.add(SendDeliveries{1, {{.batch = 99, .index = 0}}});
  const auto made = outbox_.next();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, v1::STORE_FAILED);
}

}  // namespace
}  // namespace gnc::gateway::outbox_test
