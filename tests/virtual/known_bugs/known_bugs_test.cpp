#include "proto/types/known_bug.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "scenarios/virtual/fuzz.h"

// Shows that the simulation finds what it is there to find. The sources that know of these bugs are built
// into this program once more, with them.
namespace gnc {
namespace {

KnownBug present = KnownBug::none;

}  // namespace

bool has_known_bug(KnownBug bug) { return bug == present; }

namespace scenarios::known_bugs_test {
namespace {

using testing::IsEmpty;

struct Named {
  KnownBug bug;
  const char* name;
};

class KnownBugs : public testing::TestWithParam<Named> {
 protected:
  KnownBugs() { present = GetParam().bug; }
  ~KnownBugs() override { present = KnownBug::none; }
};

// Enough for each of them several times over.
constexpr std::uint64_t seeds = 300;

TEST_P(KnownBugs, AreFound) {
  // To count in how many seeds, and not to stop at the first: docs/testing.md has the table.
  const char* count = std::getenv("GNC_COUNT_SEEDS");
  const std::uint64_t last = count == nullptr ? seeds : std::strtoull(count, nullptr, 10);
  std::uint64_t first = 0, found = 0;
  std::string what;
  fuzz(1, last, [&](std::uint64_t seed, const FuzzResult& result) {
    if (result.broken.empty()) return true;
    if (found++ == 0) {
      first = seed;
      what = result.broken.front();
    }
    return count != nullptr;
  });
  EXPECT_GT(found, 0u) << GetParam().name;
  if (count != nullptr) fmt::print("{}: {} of {}, first {}: {}\n", GetParam().name, found, last, first, what);
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, KnownBugs,
    testing::Values(Named{KnownBug::receipt_before_sync, "ReceiptBeforeSync"},
                    Named{KnownBug::duplicates_forgotten_at_restart, "DuplicatesForgottenAtRestart"},
                    Named{KnownBug::order_inverted_on_reconnect, "OrderInvertedOnReconnect"},
                    Named{KnownBug::credit_leak, "CreditLeak"},
                    Named{KnownBug::retry_forgets_expiry, "RetryForgetsExpiry"},
                    Named{KnownBug::agreement_checked_at_connect_only, "AgreementCheckedAtConnectOnly"},
                    Named{KnownBug::stale_revocation_list, "StaleRevocationList"},
                    Named{KnownBug::double_terminal_receipt, "DoubleTerminalReceipt"}),
    [](const auto& bug) { return bug.param.name; });

TEST(WithoutKnownBugs, NothingIsFound) {
  const FuzzReport report = fuzz(1, 40, [](std::uint64_t, const FuzzResult&) { return true; });
  EXPECT_THAT(report.failed, IsEmpty());
}

TEST(Shrinking, LeavesASmallScenarioThatFailsStill) {
  present = KnownBug::receipt_before_sync;
  std::vector<std::uint64_t> failing;
  fuzz(1, seeds, [&](std::uint64_t seed, const FuzzResult& result) {
    if (!result.broken.empty()) failing.push_back(seed);
    return failing.size() < 3;
  });
  ASSERT_EQ(failing.size(), 3u);
  std::size_t fewest = SIZE_MAX;
  for (const std::uint64_t seed : failing) {
    SCOPED_TRACE(seed);
    const FuzzCase whole = FuzzCase::of(seed);
    const FuzzCase small = shrink(whole, 400);
    EXPECT_THAT(play(small).broken, testing::Not(IsEmpty()));
    EXPECT_LT(small.weight(), whole.weight());
    EXPECT_LE(small.faults.size(), 2u);
    fewest = std::min(fewest, small.traffic.size());
  }
  // Where the moment that breaks it does not hang on what else goes on.
  EXPECT_EQ(fewest, 1u);
  present = KnownBug::none;
}

}  // namespace
}  // namespace scenarios::known_bugs_test
}  // namespace gnc
