#include <filesystem>

#include "proto/types/system_clock.h"
#include "tests/connection/border.h"

namespace gnc::connection::identity_test {
namespace {

class Identity : public Border {};

constexpr Duration day = Duration::from_seconds(24 * 3600);

TEST_F(Identity, OfAnUnknownAuthorityIsRefused) {
  const trust::Validity validity{system_now() - day, system_now() + day};
  auto other = trust::Pki::create(folder() / "other", validity);
  ASSERT_TRUE(other) << describe(other.error());
  const auto stranger = other->issue({.party = party("NZ"), .validity = validity});
  ASSERT_TRUE(stranger) << describe(stranger.error());
  start_gateway();
  EXPECT_EQ(end_of_stream(*stranger).code(), v1::AUTHORITY_UNKNOWN);
}

TEST_F(Identity, ThatHasExpiredIsRefused) {
  const auto expired =
      odd_identity({.party = party("NZ"), .validity = {system_now() - day * 2, system_now() - day}});
  start_gateway();
  EXPECT_EQ(end_of_stream(expired).code(), v1::CERTIFICATE_EXPIRED);
}

TEST_F(Identity, ThatIsNotYetValidIsRefused) {
  const auto early =
      odd_identity({.party = party("NZ"), .validity = {system_now() + day, system_now() + day * 2}});
  start_gateway();
  EXPECT_EQ(end_of_stream(early).code(), v1::CERTIFICATE_NOT_YET_VALID);
}

TEST_F(Identity, ThatIsRevokedIsRefused) {
  ASSERT_TRUE(pki().revoke(party("NZ"), system_now()));
  start_gateway();
  EXPECT_EQ(end_of_stream(identity("NZ")).code(), v1::CERTIFICATE_REVOKED);
}

TEST_F(Identity, OfARevokedAuthorityIsRefused) {
  ASSERT_TRUE(pki().revoke_authority(party("NZ"), system_now()));
  start_gateway();
  EXPECT_EQ(end_of_stream(identity("NZ")).code(), v1::ISSUER_REVOKED);
}

TEST_F(Identity, OfAnAuthorityWhoseRevocationListIsMissingIsRefused) {
  ASSERT_TRUE(std::filesystem::remove(pki().trust_folder() / "crls/NZ.crl"));
  start_gateway();
  EXPECT_EQ(end_of_stream(identity("NZ")).code(), v1::REVOCATION_LIST_MISSING);
}

TEST_F(Identity, OfARootWhoseRevocationListIsMissingIsRefused) {
  ASSERT_TRUE(std::filesystem::remove(pki().trust_folder() / "crls/root.crl"));
  start_gateway();
  EXPECT_EQ(end_of_stream(identity("NZ")).code(), v1::REVOCATION_LIST_MISSING);
}

TEST_F(Identity, OfAnAuthorityWhoseRevocationListIsStaleIsRefused) {
  ASSERT_TRUE(pki().publish_lists(system_now() - day * 2, system_now() - day));
  start_gateway();
  EXPECT_EQ(end_of_stream(identity("NZ")).code(), v1::REVOCATION_LIST_STALE);
}

TEST_F(Identity, WithoutUriNameIsRefused) {
  const auto nameless =
      odd_identity({.party = party("NZ"), .validity = validity(), .uri_names = {}, .no_uri_name = true});
  start_gateway();
  EXPECT_EQ(end_of_stream(nameless).code(), v1::URI_NAME_MISSING);
}

TEST_F(Identity, WithTwoUriNamesIsRefused) {
  const auto both =
      odd_identity({.party = party("NZ"), .validity = validity(), .uri_names = {"gnc://NZ", "gnc://CN"}});
  start_gateway();
  EXPECT_EQ(end_of_stream(both).code(), v1::URI_NAME_AMBIGUOUS);
}

TEST_F(Identity, WhoseUriNameIsNoPartysIsRefused) {
  const auto web =
      odd_identity({.party = party("NZ"), .validity = validity(), .uri_names = {"https://customs.example"}});
  start_gateway();
  EXPECT_EQ(end_of_stream(web).code(), v1::URI_NAME_INVALID);
}

TEST_F(Identity, ThatIsNotWhatTheHelloSaysIsRefused) {
  start_gateway();
  const auto client = connect(identity("NZ"));
  client->send_hello("CN");
  const auto end = client->end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code(), v1::SENDER_NOT_PEER);
}

TEST_F(Identity, ThatIsNotPresentedMeansNoStream) {
  start_gateway();
  const auto client = connect({});
  client->send_hello("NZ");
  EXPECT_FALSE(client->read());
  EXPECT_TRUE(client->end());
}

TEST_F(Identity, ThatIsGoodIsWelcomed) {
  start_gateway();
  EXPECT_NO_THROW(welcomed("NZ"));
}

}  // namespace
}  // namespace gnc::connection::identity_test
