#include "scenarios/virtual/fuzz.h"

#include <gmock/gmock.h>

#include "proto/payload/payload_folder.h"

namespace gnc::scenarios::fuzz_test {
namespace {

using testing::IsEmpty;

class Seeds : public testing::TestWithParam<std::uint64_t> {};

// In parts, which run beside each other.
TEST_P(Seeds, BreakNoPromise) {
  std::vector<std::string> failed;
  const FuzzReport report =
      fuzz(GetParam(), GetParam() + 124, [&](std::uint64_t seed, const FuzzResult& result) {
        if (!result.broken.empty()) failed.push_back(std::to_string(seed) + ": " + result.broken.front());
        return true;
      });
  EXPECT_THAT(failed, IsEmpty());
  EXPECT_EQ(report.seeds, 125u);
  // They play something.
  EXPECT_GT(report.exchanges, 5'000u);
}
INSTANTIATE_TEST_SUITE_P(Fuzz, Seeds, testing::Values(1, 126, 251, 376));

// What seeds made before attachments went along.
FuzzCase without_attachments(std::uint64_t seed) {
  FuzzCase made = FuzzCase::of(seed);
  for (FuzzCase::Traffic& stream : made.traffic) stream.attachments.clear();
  return made;
}

// Seeds that once failed, and why (docs/testing.md); of earlier draws.
TEST(Fuzz, SeedsThatOnceFailedHold) {
  // Receipts of a party whose certificate was withdrawn while they were on their way.
  for (const std::uint64_t seed : {16, 19, 21, 128, 162, 323, 367, 372, 374}) {
    EXPECT_THAT(play(without_attachments(seed)).broken, IsEmpty()) << seed;
  }
  // An answer ended its exchange, the receipts were lost with the stream, and the answer expired.
  for (const std::uint64_t seed : {1'000'054, 1'001'526}) {
    EXPECT_THAT(play(without_attachments(seed)).broken, IsEmpty()) << seed;
  }
  // A batch filled the window, of which the gateway kept back what it did not find worth a grant.
  for (const std::uint64_t seed :
       {2'029'144, 2'133'473, 2'194'026, 2'211'878, 2'264'777, 2'267'683, 2'395'507}) {
    EXPECT_THAT(play(without_attachments(seed)).broken, IsEmpty()) << seed;
  }
}

TEST(Fuzz, SeedsThatFailedWithAttachmentsHold) {
  // What came with a gateway's welcome, and had its files already, reached the core before the welcome.
  for (const std::uint64_t seed : {219, 266, 321}) {
    EXPECT_THAT(play(FuzzCase::of(seed)).broken, IsEmpty()) << seed;
  }
  // Each of 68 documents of one lodgement offered the same three files, and the last came minutes later.
  EXPECT_THAT(play(FuzzCase::of(345)).broken, IsEmpty());
}

TEST(Fuzz, PlaysTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const FuzzResult one = play(FuzzCase::of(seed));
    const FuzzResult two = play(FuzzCase::of(seed));
    EXPECT_EQ(one.digest, two.digest) << seed;
    EXPECT_EQ(one.events, two.events) << seed;
  }
  EXPECT_NE(play(FuzzCase::of(1)).digest, play(FuzzCase::of(2)).digest);
}

TEST(Fuzz, LetsFilesOfAllSizesGoAlong) {
  std::size_t cases = 0;
  std::uint64_t least = UINT64_MAX, most = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    bool any = false;
    for (const FuzzCase::Traffic& stream : FuzzCase::of(seed).traffic) {
      for (const std::uint64_t size : stream.attachments) {
        any = true;
        least = std::min(least, size);
        most = std::max(most, size);
      }
    }
    cases += any ? 1 : 0;
  }
  EXPECT_GT(cases, 30u);
  EXPECT_LT(cases, 80u);
  EXPECT_LT(least, 100u);
  // Some are more than what is made durable at once.
  EXPECT_GT(most, payload::durable_every);
}

TEST(Fuzz, MakesScenariosOfEveryKindOfFault) {
  std::vector<bool> made(std::variant_size_v<decltype(Fault::what)>);
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    for (const TimedFault& fault : FuzzCase::of(seed).faults) made[fault.fault.what.index()] = true;
  }
  // All but a graceful restart, rogues, which are the live world's, and the deeds of a trainer's hand.
  EXPECT_EQ(std::count(made.begin(), made.end(), false), 3);
}

}  // namespace
}  // namespace gnc::scenarios::fuzz_test
