#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "proto/types/digest.h"
#include "proto/types/party_name.h"
#include "proto/types/random.h"
#include "proto/types/uuid.h"

namespace gnc::types_test {
namespace {

TEST(Uuid, KeepsItsTimeAndItsRandomBits) {
  const Uuid id = Uuid::from_parts({1'645'557'742'000'000}, 0xcc3, 0x18c4dc0c0c07398fULL);
  EXPECT_EQ(id.text(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");  // RFC 9562, appendix A.6
  EXPECT_EQ(id.time().microseconds, 1'645'557'742'000'000);
  EXPECT_EQ(Uuid::from_text("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), id);
}

TEST(Uuid, ComesBackFromItsBytesAndItsText) {
  EXPECT_TRUE(rc::check([](std::uint32_t milliseconds, std::uint64_t high, std::uint64_t low) {
    const Instant at{static_cast<std::int64_t>(milliseconds) * 1000};
    const Uuid id = Uuid::from_parts(at, high, low);
    RC_ASSERT(Uuid::from_bytes(id.view()) == id);
    RC_ASSERT(Uuid::from_text(id.text()) == id);
    RC_ASSERT(id.time() == at);
  }));
}

TEST(Uuid, SortsByTime) {
  EXPECT_TRUE(rc::check([](std::uint32_t one, std::uint32_t other, std::uint64_t bits) {
    const Uuid a = Uuid::from_parts({one * 1000LL}, bits, ~bits);
    const Uuid b = Uuid::from_parts({other * 1000LL}, ~bits, bits);
    if (one != other) RC_ASSERT((a < b) == (one < other));
  }));
}

TEST(Uuid, RefusesWhatIsNotVersion7) {
  EXPECT_FALSE(Uuid::from_text("f47ac10b-58cc-4372-a567-0e02b2c3d479"));  // version 4
  EXPECT_FALSE(Uuid::from_text("017f22e2-79b0-7cc3-18c4-dc0c0c07398f"));  // another variant
  EXPECT_FALSE(Uuid::from_text("017f22e279b07cc398c4dc0c0c07398f"));
  EXPECT_FALSE(Uuid::from_text("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"));
  EXPECT_FALSE(Uuid::from_text("017f22e2-79b0-7cc3-98c4_dc0c0c07398f"));
  EXPECT_FALSE(Uuid::from_bytes(std::string(16, '\0')));
  EXPECT_FALSE(Uuid::from_bytes(""));
  EXPECT_FALSE(Uuid::from_bytes(std::string(17, '\x7f')));
}

TEST(PartyName, TakesAdministrationsAgenciesAndGateways) {
  for (const auto* name : {"NZ", "NZ/health", "CN/port-3", "gateway/hub", "gateway/a"}) {
    const auto party = PartyName::from_text(name);
    ASSERT_TRUE(party) << name;
    EXPECT_EQ(party->text(), name);
    EXPECT_EQ(PartyName::from_uri(party->uri()), party);
  }
  EXPECT_EQ(PartyName::from_text("NZ/health")->administration(), "NZ");
  EXPECT_EQ(PartyName::from_text("gateway/hub")->administration(), "");
  EXPECT_TRUE(PartyName::from_text("gateway/hub")->is_gateway());
  EXPECT_FALSE(PartyName::from_text("NZ")->is_gateway());
}

TEST(PartyName, RefusesEverythingElse) {
  for (const std::string name :
       {"", "nz", "NZL", "N", "NZ/", "NZ/Health", "NZ/-a", "NZ/a-", "NZ/a/b", "NZ /a", "NZ/\xc3\xa9",
        "gateway", "gateway/", "gateway/HUB", "/NZ", "NZ\n", "gnc://NZ"}) {
    EXPECT_FALSE(PartyName::from_text(name)) << name;
  }
  EXPECT_FALSE(PartyName::from_text(std::string("NZ\0", 3)));
  EXPECT_FALSE(PartyName::from_text("NZ/" + std::string(62, 'a')));
  EXPECT_TRUE(PartyName::from_text("NZ/" + std::string(61, 'a')));
  for (const auto* uri :
       {"NZ", "gnc:NZ", "GNC://NZ", "https://NZ", "gnc://", "gnc://NZ/", "gnc://nz", "gnc://NZ?x"}) {
    EXPECT_FALSE(PartyName::from_uri(uri)) << uri;
  }
}

TEST(Digest, ComesBackFromItsBytesAndShowsAsHex) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(i * 8 + 7);
  const auto digest = Digest::from_bytes(bytes);
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->view(), bytes);
  EXPECT_EQ(digest->hex(), "070f171f272f373f474f575f676f777f878f979fa7afb7bfc7cfd7dfe7eff7ff");
  EXPECT_FALSE(Digest::from_bytes(bytes.substr(1)));
  EXPECT_FALSE(Digest::from_bytes(bytes + "x"));
}

// The same numbers on every machine: recorded runs are replayed by their seed.
TEST(Random, GivesTheSameNumbersEverywhere) {
  Random zero(0);
  EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4ULL);
  EXPECT_EQ(zero.next(), 0xbf6e1f784956452aULL);
  EXPECT_EQ(zero.next(), 0x1a5f849d4933e6e0ULL);
  EXPECT_EQ(zero.next(), 0x6aa594f1262d2d2cULL);
  Random seven(7);
  EXPECT_EQ(seven.next(), 0xb358faf74ef9765aULL);
  Random child = Random(7).child("NZ");
  EXPECT_EQ(child.next(), 0xf55b325798b9a56dULL);
  EXPECT_EQ(child.next(), 0x3da0c9f35a190b76ULL);
}

TEST(Random, AChildDependsOnSeedAndNameOnly) {
  Random parent(42);
  Random before = parent.child("CN");
  parent.next();
  Random after = parent.child("CN");
  EXPECT_EQ(before.next(), after.next());
  std::set<std::uint64_t> first_draws = {Random(42).next()};
  for (const auto* name : {"", "NZ", "CN", "NZ/health"}) first_draws.insert(parent.child(name).next());
  first_draws.insert(parent.child("NZ").child("NZ").next());
  first_draws.insert(parent.child("NZ").child("CN").next());
  first_draws.insert(parent.child("CN").child("NZ").next());
  EXPECT_EQ(first_draws.size(), 8u);
}

TEST(Random, DrawsBelowABoundEvenly) {
  Random random(1);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts[random.below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_TRUE(rc::check([](std::uint64_t seed, std::uint64_t bound) {
    Random draws(seed);
    if (bound > 0) RC_ASSERT(draws.below(bound) < bound);
  }));
}

}  // namespace
}  // namespace gnc::types_test
