#include "trust/pki/expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "tests/trust/trust_world.h"

namespace gnc::trust::expiry_test {
namespace {

constexpr Duration hour = Duration::from_seconds(3600);

std::string words(Instant from, Instant until, bool revoked = false) {
  CertificateSummary one;
  one.validity = {from, until};
  one.revoked = revoked;
  return expiry_words(one, now);
}

TEST(Expiry, IsSaidInWords) {
  EXPECT_EQ(words(now - day, now + day * 89 + hour), "expires in 89 days");
  EXPECT_EQ(words(now - day, now + hour), "expires in 1 hour");
  EXPECT_EQ(words(now - day, now + Duration::from_seconds(61)), "expires in 1 minute");
  EXPECT_EQ(words(now - day, now), "expires in less than a second");
  EXPECT_EQ(words(now - day * 9, now - day * 3), "expired 3 days ago");
  EXPECT_EQ(words(now + hour * 2, now + day), "not valid for another 2 hours");
  EXPECT_EQ(words(now - day, now + day, true), "revoked");
}

TEST(Expiry, OfAListIsItsNextUpdate) {
  ListSummary list;
  list.next_update = now + day * 12;
  EXPECT_EQ(update_words(list, now), "next update in 12 days");
  list.next_update = now - hour * 3;
  EXPECT_EQ(update_words(list, now), "overdue for 3 hours");
}

TEST(Expiry, IsReadFromTheFilesThemselves) {
  TrustWorld world;
  const auto chain = must(summaries_in(world.pki.identity_folder(party("NZ")) / "node.crt"));
  ASSERT_EQ(chain.size(), 2u);
  EXPECT_EQ(chain[0].validity.until, usual.until);
  EXPECT_THAT(chain[0].uri_names, testing::ElementsAre("gnc://NZ"));
  EXPECT_THAT(chain[1].subject, testing::HasSubstr("gncsim authority NZ"));

  must(world.pki.revoke(party("NZ"), now));
  const auto list = must(list_summary_of(world.pki.trust_folder() / "crls" / "NZ.crl"));
  EXPECT_EQ(list.number, 2);
  EXPECT_THAT(list.revoked, testing::ElementsAre(chain[0].serial));
  EXPECT_EQ(summaries_in(world.pki.trust_folder() / "crls" / "NZ.crl").error().code,
            v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(list_summary_of(world.pki.trust_folder() / "roots" / "root.crt").error().code,
            v1::CERTIFICATE_UNREADABLE);
}

}  // namespace
}  // namespace gnc::trust::expiry_test
