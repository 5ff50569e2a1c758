#include <gmock/gmock.h>

#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::signer_and_clock_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration hour = Duration::from_seconds(3600);
constexpr Duration tick{1};

class OtherSigner final : public PlainSigner {
 public:
  OtherSigner() : PlainSigner("gateway/hub") {}
  std::string sign(std::string_view) override { return "made with another key"; }
};

class SignerAndClock : public GatewayTest {
 protected:
  SignerAndClock() { connect(1, "NZ"); }

  std::string signature_of_receipts(const Effects& effects) const {
    const auto receipts = sent<SendReceipts>(effects);
    v1::SealedBatch batch;
    EXPECT_THAT(receipts, SizeIs(1));
    EXPECT_TRUE(!receipts.empty() && batch.ParseFromString(receipts.front().bytes));
    return batch.seal().signature();
  }
  void put_clock(Duration by) {
    now = now + by;
    step_one(ClockStepped{by});
  }
};

TEST_F(SignerAndClock, SealsWithTheNewKeyFromTheStepOfItsReplacementOn) {
  EXPECT_EQ(signature_of_receipts(submit(1, "NZ", {draft()})), "signature of gateway/hub");
  step_one(SignerReplaced{std::make_shared<OtherSigner>()});
  EXPECT_EQ(signature_of_receipts(submit(1, "NZ", {draft()})), "made with another key");
}

TEST_F(SignerAndClock, WaitsNoShorterForReceiptsWhenTheClockIsPutForward) {
  connect(2, "CN");
  Draft made = draft();
  made.expires_at = now + hour * 10;
  submit(1, "NZ", {made});
  put_clock(hour);
  EXPECT_THAT(sent<EndSession>(wait(config.receipt_timeout - tick)), IsEmpty());
  EXPECT_THAT(sent<EndSession>(wait(tick)), SizeIs(1));
}

TEST_F(SignerAndClock, WaitsNoLongerForReceiptsWhenTheClockIsPutBack) {
  connect(2, "CN");
  submit(1, "NZ", {draft()});
  put_clock(Duration{-hour.microseconds});
  EXPECT_THAT(sent<EndSession>(wait(config.receipt_timeout - tick)), IsEmpty());
  EXPECT_THAT(sent<EndSession>(wait(tick)), SizeIs(1));
}

TEST_F(SignerAndClock, LetsWhatStatesItsExpiryExpireByTheClockAsItIs) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  put_clock(hour);
  wait(tick);
  EXPECT_EQ(state(made), ExchangeState::expired);
}

}  // namespace
}  // namespace gnc::gateway::signer_and_clock_test
