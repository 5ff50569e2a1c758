#include <gmock/gmock.h>

#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::expiry_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Expiry : public GatewayTest {
 protected:
  Expiry() { connect(1, "NZ"); }
};

TEST_F(Expiry, EndsWhatIsNotDeliveredInTime) {
  Draft made = draft();
  made.expires_at = now + Duration::from_seconds(5);
  EXPECT_EQ(submit(1, "NZ", {made}).wake, made.expires_at);
  EXPECT_TRUE(wait(Duration::from_seconds(4)).persist.empty());
  const Effects effects = wait(Duration::from_seconds(1));
  EXPECT_EQ(state(made), ExchangeState::expired);
  EXPECT_EQ(effects.persist.changes.front().reason, v1::ENVELOPE_EXPIRED);
  EXPECT_THAT(kinds(made), ElementsAre(v1::RECEIPT_KIND_ADMITTED, v1::RECEIPT_KIND_EXPIRED));
  EXPECT_EQ(effects.wake, Instant{}) << "nothing is left to be woken for";
  EXPECT_THAT(delivered(connect(2, "CN")), IsEmpty());
}

TEST_F(Expiry, OfWhatIsInFlightIgnoresALateReceipt) {
  connect(2, "CN");
  Draft made = draft();
  made.expires_at = now + Duration::from_seconds(5);
  submit(1, "NZ", {made});
  wait(Duration::from_seconds(5));
  EXPECT_EQ(state(made), ExchangeState::expired);
  EXPECT_TRUE(give_receipts(2, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)}).persist.empty());
  disconnect(2);
  EXPECT_THAT(delivered(connect(2, "CN")), IsEmpty());
}

TEST_F(Expiry, GivesWayToAReceiptOfTheSameStep) {
  connect(2, "CN");
  Draft made = draft();
  made.expires_at = now + Duration::from_seconds(5);
  submit(1, "NZ", {made});
  now = made.expires_at;
  give_receipts(2, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)});
  EXPECT_EQ(state(made), ExchangeState::delivered);
}

TEST_F(Expiry, EndsWhatIsNotAnsweredInTime) {
  connect(2, "CN");
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  EXPECT_EQ(give_receipts(2, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)}).wake,
            now + config.receipt_timeout)
      << "the watch on the session is the next";
  const Effects effects = wait(Duration::from_seconds(60));
  EXPECT_EQ(state(made), ExchangeState::expired);
  ASSERT_THAT(effects.persist.changes, SizeIs(1));
  EXPECT_EQ(effects.persist.changes.front().reason, v1::ANSWER_OVERDUE);
  EXPECT_THAT(kinds(made),
              ElementsAre(v1::RECEIPT_KIND_ADMITTED, v1::RECEIPT_KIND_DELIVERED, v1::RECEIPT_KIND_EXPIRED));
}

TEST_F(Expiry, HoldsThroughARestart) {
  connect(2, "CN");
  const Draft waiting = draft("declaration"), answered = draft("declaration");
  submit(1, "NZ", {waiting, answered});
  wait(Duration::from_seconds(10));
  give_receipts(2, "CN", "NZ", {receipt(answered, v1::RECEIPT_KIND_DELIVERED)});
  restart();
  EXPECT_EQ(step_one(TimePassed{}).wake, now + Duration::from_seconds(60));
  wait(Duration::from_seconds(60));
  EXPECT_EQ(state(answered), ExchangeState::expired);
  now = waiting.expires_at;
  step_one(TimePassed{});
  EXPECT_EQ(state(waiting), ExchangeState::expired);
}

TEST_F(Expiry, ForgetsTimersOfWhatIsOver) {
  connect(2, "CN");
  // Far more exchanges end than are ever alive at once; their timers must not pile up until they are due.
  for (int round = 0; round < 30; ++round) {
    std::vector<Draft> made;
    std::vector<v1::Receipt> receipts;
    made.reserve(500);
    receipts.reserve(500);
    for (int i = 0; i < 500; ++i) made.push_back(draft());
    submit(1, "NZ", made);
    for (const Draft& one : made) receipts.push_back(receipt(one, v1::RECEIPT_KIND_DELIVERED));
    give_receipts(2, "CN", "NZ", receipts);
  }
  EXPECT_EQ(core->counters().delivered, 15'000u);
  now = start_of_test + Duration::from_seconds(7200);
  const Effects effects = step_one(TimePassed{});
  EXPECT_TRUE(effects.persist.empty());
  EXPECT_EQ(effects.wake, Instant{});
}

}  // namespace
}  // namespace gnc::gateway::expiry_test
