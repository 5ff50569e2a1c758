#include "nodes/core/transfer_attempts.h"

#include <gmock/gmock.h>

namespace gnc::nodes::transfer_attempts_test {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::Optional;

constexpr Instant start{1'700'000'000'000'000};

TEST(TransferAttempts, WaitLongerAfterEachFailureUpToSomeSeconds) {
  Random jitter(1);
  TransferAttempts attempts(start + Duration::from_seconds(3600), jitter);
  Duration whole = Duration::from_milliseconds(200);
  for (int i = 0; i < 12; ++i) {
    EXPECT_THAT(attempts.after(v1::GATEWAY_UNREACHABLE, start), Optional(AllOf(Ge(whole / 2), Le(whole))));
    whole = std::min(whole * 2, Duration::from_seconds(5));
  }
}

TEST(TransferAttempts, EndWithTheLifeOfTheEnvelope) {
  Random jitter(1);
  TransferAttempts attempts(start + Duration::from_seconds(1), jitter);
  EXPECT_TRUE(attempts.after(v1::GATEWAY_UNREACHABLE, start));
  EXPECT_FALSE(attempts.after(v1::GATEWAY_UNREACHABLE, start + Duration::from_milliseconds(990)));
}

TEST(TransferAttempts, AreNoUseWhereTheFaultIsForGood) {
  Random jitter(1);
  TransferAttempts attempts(start + Duration::from_seconds(3600), jitter);
  EXPECT_FALSE(attempts.after(v1::PAYLOAD_DIFFERS, start));
  EXPECT_FALSE(attempts.after(v1::FILE_UNREADABLE, start));
}

}  // namespace
}  // namespace gnc::nodes::transfer_attempts_test
