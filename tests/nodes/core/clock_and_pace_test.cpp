#include <gmock/gmock.h>

#include "tests/nodes/core/node_world.h"

namespace gnc::nodes::clock_and_pace_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration hour = Duration::from_seconds(3600);
constexpr Duration slowness = Duration::from_milliseconds(100);

std::string envelope(std::uint64_t number) {
  return envelope_to_cn(number, declaration(std::to_string(number))).SerializeAsString();
}

TEST(NodeClock, WaitsForTheWelcomeNoShorterWhenTheClockIsPutForward) {
  OneNode node("NZ");
  node.step();
  const Instant patience_ends = node.wake;
  node.pass(hour);
  node.step(ClockStepped{hour});
  EXPECT_THAT(node.sent_of<CloseStream>(), IsEmpty());
  EXPECT_EQ(node.wake, patience_ends + hour);
  node.now = node.wake;
  node.step(TimePassed{});
  EXPECT_THAT(node.sent_of<CloseStream>(), SizeIs(1));
}

TEST(NodeClock, TriesAgainNoLaterWhenTheClockIsPutBack) {
  OneNode node("NZ");
  node.step();
  node.step(StreamEnded{node.stream, {v1::GATEWAY_UNREACHABLE, "connection refused", {}, {}}});
  const Duration pause = node.wake - node.now;
  const Duration back{-hour.microseconds};
  node.pass(back);
  node.step(ClockStepped{back});
  EXPECT_EQ(node.wake - node.now, pause);
  node.now = node.wake;
  node.step(TimePassed{});
  EXPECT_THAT(node.sent_of<OpenStream>(), SizeIs(1));
}

// CN, whose business takes a tenth of a second for each document.
struct SlowBusiness : testing::Test {
  SlowBusiness() {
    node.connect();
    node.step(BusinessPaced{slowness});
    node.deliver({envelope(1), envelope(2)}, *node.world.nz);
  }
  OneNode node{"CN"};
};

TEST_F(SlowBusiness, TakesOneDocumentAfterTheOther) {
  EXPECT_TRUE(node.store.inbox.empty()) << "what waits is not on record";
  EXPECT_THAT(node.given(), IsEmpty());
  for (std::size_t taken = 1; taken <= 2; ++taken) {
    ASSERT_EQ(node.wake, node.now + slowness);
    node.now = node.wake;
    node.step(TimePassed{});
    EXPECT_EQ(node.store.inbox.size(), taken);
    EXPECT_THAT(node.given(), SizeIs(2)) << "delivered and processed";
  }
}

TEST_F(SlowBusiness, GivesCreditBackOnlyForWhatItHasTaken) {
  EXPECT_THAT(node.sent_of<SendCredit>(), IsEmpty());
  node.now = node.wake;
  node.step(TimePassed{});
  ASSERT_THAT(node.sent_of<SendCredit>(), SizeIs(1));
  EXPECT_EQ(node.sent_of<SendCredit>()[0]->envelopes, 1u);
}

TEST_F(SlowBusiness, TakesAllThatWaitsAsSoonAsItIsQuickAgain) {
  node.step(BusinessPaced{});
  EXPECT_EQ(node.store.inbox.size(), 2u);
}

TEST_F(SlowBusiness, IsNoQuickerWhenTheClockIsPutForward) {
  node.pass(hour);
  node.step(ClockStepped{hour});
  EXPECT_TRUE(node.store.inbox.empty());
  EXPECT_EQ(node.wake, node.now + slowness);
}

}  // namespace
}  // namespace gnc::nodes::clock_and_pace_test
