#include "trust/tls/chain_verifier.h"
#include "trust/tls/openssl.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "tests/trust/trust_world.h"
#include "trust/pki/certificate_maker.h"

namespace gnc::trust::chain_verifier_test {
namespace {

using testing::HasSubstr;

v1::ErrorCode code(const Result<VerifiedPeer>& verdict) {
  return verdict ? v1::ERROR_CODE_UNSPECIFIED : verdict.error().code;
}

// The chain in a folder's node.crt, whatever it names.
std::vector<std::string> chain_in(const std::filesystem::path& folder) {
  std::vector<std::string> chain;
  for (const auto& one :
       certificates_from(must(read_file(folder / "node.crt", max_certificate_file_bytes)))) {
    chain.push_back(der_of(*one));
  }
  return chain;
}

class Chain : public testing::Test {
 protected:
  // The verdict on a leaf made to order.
  v1::ErrorCode verdict_on(const LeafRequest& request) {
    const auto folder = must(world.pki.issue_into(world.folder.path() / "odd", request));
    return code(ChainVerifier(world.anchors()).verify(chain_in(folder), now));
  }

  // A leaf signed with an authority's own key, changed before it is signed.
  std::vector<std::string> leaf_of(const std::filesystem::path& authority_folder, const LeafRequest& request,
                                   KeyPtr key = must(make_key())) {
    const Authority authority{
        std::move(certificates_from(must(read_file(authority_folder / "ca.crt", 1 << 20))).front()),
        private_key_from(must(read_file(authority_folder / "ca.key", 1 << 20)))};
    return {der_of(*must(make_leaf(request, *key, authority))), der_of(*authority.certificate)};
  }

  TrustWorld world;
};

TEST_F(Chain, HoldsForEveryPartyOfThePki) {
  must(world.pki.issue({party("NZ/health"), usual}));
  for (const char* name : {"NZ", "CN", "NZ/health", "gateway/hub"}) {
    const auto peer = world.verify(name);
    ASSERT_TRUE(peer) << describe(peer.error());
    EXPECT_EQ(peer->party, party(name));
    EXPECT_EQ(peer->not_after, usual.until);
    EXPECT_EQ(peer->fingerprint.size(), 64u);
  }
}

TEST_F(Chain, HoldsForTheLeafAloneWhereTheAuthorityIsOnFile) {
  auto chain = world.signer("NZ")->chain();
  chain.resize(1);
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(chain, now)), v1::ERROR_CODE_UNSPECIFIED);
  std::filesystem::remove(world.pki.trust_folder() / "issuers" / "NZ.crt");
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(chain, now)), v1::AUTHORITY_UNKNOWN);
}

TEST_F(Chain, HoldsWithTheAuthorityThatCameWithTheLeaf) {
  std::filesystem::remove(world.pki.trust_folder() / "issuers" / "NZ.crt");
  EXPECT_EQ(code(world.verify("NZ")), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Chain, RefusesAnotherRootsCertificates) {
  const TrustWorld stranger;
  const ChainVerifier verifier(world.anchors());
  const auto verdict = verifier.verify(stranger.signer("NZ")->chain(), now);
  ASSERT_EQ(code(verdict), v1::AUTHORITY_UNKNOWN);
  EXPECT_THAT(verdict.error().detail, HasSubstr("gncsim root"));
}

TEST_F(Chain, RefusesAnExpiredCertificateAndNamesItsDates) {
  const auto verdict = world.verify("NZ", usual.until + Duration::from_seconds(1));
  ASSERT_EQ(code(verdict), v1::CERTIFICATE_EXPIRED);
  EXPECT_THAT(verdict.error().detail, HasSubstr("2024-07-30T00:00:00Z"));
  EXPECT_THAT(verdict.error().detail, HasSubstr("CN=NZ"));
  EXPECT_EQ(code(world.verify("NZ", usual.until)), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Chain, RefusesACertificateBeforeItsFirstSecond) {
  EXPECT_EQ(code(world.verify("NZ", usual.from - Duration::from_seconds(1))), v1::CERTIFICATE_NOT_YET_VALID);
  EXPECT_EQ(code(world.verify("NZ", usual.from)), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Chain, RefusesARevokedLeafAndNotItsNeighbour) {
  must(world.pki.issue({party("NZ/health"), usual}));
  must(world.pki.revoke(party("NZ"), now));
  const auto verdict = world.verify("NZ");
  ASSERT_EQ(code(verdict), v1::CERTIFICATE_REVOKED);
  EXPECT_THAT(verdict.error().detail, HasSubstr("2024-05-01T00:00:00Z"));
  EXPECT_EQ(code(world.verify("NZ/health")), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(code(world.verify("NZ", now - Duration::from_seconds(1))), v1::ERROR_CODE_UNSPECIFIED)
      << "it was good before";
}

TEST_F(Chain, RefusesEveryPartyOfARevokedAuthority) {
  must(world.pki.issue({party("NZ/health"), usual}));
  must(world.pki.revoke_authority(party("NZ"), now));
  EXPECT_EQ(code(world.verify("NZ")), v1::ISSUER_REVOKED);
  EXPECT_EQ(code(world.verify("NZ/health")), v1::ISSUER_REVOKED);
  EXPECT_EQ(code(world.verify("CN")), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Chain, ARevokedAuthorityIsReplacedWhenItsPartyIsIssuedAnew) {
  const auto before = world.signer("NZ")->chain();
  must(world.pki.revoke_authority(party("NZ"), now));
  must(world.pki.issue({party("NZ"), usual}));
  EXPECT_EQ(code(world.verify("NZ")), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(before, now)), v1::ISSUER_REVOKED);
}

TEST_F(Chain, FailsClosedWithoutAList) {
  for (const char* list : {"NZ.crl", "root.crl"}) {
    TrustWorld another;
    std::filesystem::remove(another.pki.trust_folder() / "crls" / list);
    EXPECT_EQ(code(another.verify("NZ")), v1::REVOCATION_LIST_MISSING) << list;
  }
}

TEST_F(Chain, FailsClosedOnAListPastItsNextUpdate) {
  must(world.pki.publish_lists(now - day, now + day));
  EXPECT_EQ(code(world.verify("NZ", now)), v1::ERROR_CODE_UNSPECIFIED);
  const auto verdict = world.verify("NZ", now + day);
  ASSERT_EQ(code(verdict), v1::REVOCATION_LIST_STALE);
  EXPECT_THAT(verdict.error().detail, HasSubstr("2024-05-02T00:00:00Z"));
}

TEST_F(Chain, FailsClosedOnAListThatSomeoneElseSigned) {
  const TrustWorld stranger;
  std::filesystem::copy_file(stranger.pki.trust_folder() / "crls" / "NZ.crl",
                             world.pki.trust_folder() / "crls" / "NZ.crl",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(code(world.verify("NZ")), v1::REVOCATION_LIST_STALE);
}

TEST_F(Chain, AnEarlierListCannotBringARevokedPartyBack) {
  const auto list = world.pki.trust_folder() / "crls" / "NZ.crl";
  std::filesystem::copy_file(list, world.pki.trust_folder() / "crls" / "a-kept.crl");
  must(world.pki.revoke(party("NZ"), now));
  EXPECT_EQ(code(world.verify("NZ")), v1::CERTIFICATE_REVOKED);
}

TEST_F(Chain, RefusesNamesThatDoNotNameOneParty) {
  EXPECT_EQ(verdict_on({.party = party("NZ"), .validity = usual, .no_uri_name = true}), v1::URI_NAME_MISSING);
  EXPECT_EQ(verdict_on({party("NZ"), usual, {"gnc://NZ", "gnc://NZ/health"}}), v1::URI_NAME_AMBIGUOUS);
  EXPECT_EQ(verdict_on({party("NZ"), usual, {"https://NZ/"}}), v1::URI_NAME_INVALID);
  EXPECT_EQ(verdict_on({party("NZ"), usual, {std::string("gnc://NZ\0.evil", 14)}}), v1::URI_NAME_INVALID);
}

TEST_F(Chain, AnAuthorityNamesItsOwnPartiesOnly) {
  EXPECT_EQ(verdict_on({party("NZ"), usual, {"gnc://CN"}}), v1::CERTIFICATE_UNFIT);
  EXPECT_EQ(verdict_on({party("NZ"), usual, {"gnc://gateway/hub"}}), v1::CERTIFICATE_UNFIT);
  EXPECT_EQ(verdict_on({party("gateway/hub"), usual, {"gnc://NZ"}}), v1::CERTIFICATE_UNFIT);
}

TEST_F(Chain, RefusesALeafThatPlaysTheAuthority) {
  const auto nz = world.pki.identity_folder(party("NZ"));
  const auto folder = world.folder.path() / "leaf-as-authority";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(nz / "node.crt", folder / "ca.crt");
  std::filesystem::copy_file(nz / "node.key", folder / "ca.key");
  const auto chain = leaf_of(folder, {party("NZ/health"), usual});
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(chain, now)), v1::CERTIFICATE_UNFIT);
}

TEST_F(Chain, RefusesAnAuthoritysCertificateAsAPeers) {
  auto chain = world.signer("NZ")->chain();
  chain.erase(chain.begin());
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(chain, now)), v1::CERTIFICATE_UNFIT);
}

TEST_F(Chain, RefusesALeafOfTheRootItself) {
  const auto chain = leaf_of(world.folder.path() / "pki" / "root", {party("NZ"), usual});
  EXPECT_EQ(code(ChainVerifier(world.anchors()).verify(chain, now)), v1::CERTIFICATE_UNFIT);
}

TEST_F(Chain, RefusesAnotherKindOfKey) {
  const auto authority = world.folder.path() / "pki" / "authorities" / "NZ";
  for (EVP_PKEY* key : {EVP_EC_gen("P-384"), EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}) {
    const auto chain = leaf_of(authority, {party("NZ"), usual}, KeyPtr(key));
    const auto verdict = ChainVerifier(world.anchors()).verify(chain, now);
    ASSERT_EQ(code(verdict), v1::CERTIFICATE_UNFIT);
    EXPECT_THAT(verdict.error().detail, HasSubstr("P-256"));
  }
}

TEST_F(Chain, RefusesWhatIsNoCertificateAndChainsThatAreTooLong) {
  const ChainVerifier verifier(world.anchors());
  const auto good = world.signer("NZ")->chain();
  EXPECT_EQ(code(verifier.verify({}, now)), v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(code(verifier.verify(std::vector<std::string>{"garbage"}, now)), v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(code(verifier.verify(std::vector<std::string>{good[0] + "x"}, now)), v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(code(verifier.verify(std::vector<std::string>(9, good[0]), now)), v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(code(verifier.verify(std::vector<std::string>{good[0], good[0]}, now)), v1::AUTHORITY_UNKNOWN);
  EXPECT_EQ(code(verifier.verify_pem("garbage", "", now)), v1::CERTIFICATE_UNREADABLE);
}

TEST_F(Chain, AVerdictThatWasGoodIsAskedAgainWhenAnchorsOrTimeChange) {
  ChainVerifier verifier(world.anchors());
  const auto chain = world.signer("NZ")->chain();
  ASSERT_EQ(code(verifier.verify(chain, now)), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(code(verifier.verify(chain, usual.until + day)), v1::CERTIFICATE_EXPIRED);
  EXPECT_EQ(code(verifier.verify(chain, usual.from - day)), v1::CERTIFICATE_NOT_YET_VALID);
  const std::string before = verifier.anchors_version();
  must(world.pki.revoke(party("NZ"), now));
  EXPECT_EQ(code(verifier.verify(chain, now)), v1::ERROR_CODE_UNSPECIFIED);
  verifier.replace(world.anchors());
  EXPECT_NE(verifier.anchors_version(), before);
  EXPECT_EQ(code(verifier.verify(chain, now)), v1::CERTIFICATE_REVOKED);
}

TEST_F(Chain, AVerdictOnTextThatWasGoodIsAskedAgainWhenAnchorsOrTimeChange) {
  ChainVerifier verifier(world.anchors());
  const auto chain = world.signer("NZ")->chain();
  const std::string leaf = pem_of(*certificate_from_der(chain[0]));
  const std::string issuer = pem_of(*certificate_from_der(chain[1]));
  const auto verdict = [&](std::string_view rest, Instant at) {
    return code(verifier.verify_pem(leaf, rest, at));
  };
  for (int again = 0; again < 2; ++again) {
    ASSERT_EQ(verdict(issuer, now), v1::ERROR_CODE_UNSPECIFIED);
    EXPECT_EQ(verdict(leaf + issuer, now), v1::ERROR_CODE_UNSPECIFIED);
    EXPECT_EQ(verdict(issuer, usual.until + day), v1::CERTIFICATE_EXPIRED);
    EXPECT_EQ(verdict(issuer, usual.from - day), v1::CERTIFICATE_NOT_YET_VALID);
  }
  must(world.pki.revoke(party("NZ"), now));
  verifier.replace(world.anchors());
  EXPECT_EQ(verdict(issuer, now), v1::CERTIFICATE_REVOKED);
  EXPECT_EQ(verdict(leaf + issuer, now), v1::CERTIFICATE_REVOKED);
}

TEST_F(Chain, IsVerifiedByManyThreadsWhileAnchorsAreReplaced) {
  ChainVerifier verifier(world.anchors());
  const auto anchors = world.anchors();
  const auto nz = world.signer("NZ");
  const std::string signature = nz->sign("bytes");
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const auto chain = world.signer(i % 2 == 0 ? "NZ" : "CN")->chain();
      for (int round = 0; round < 50; ++round) {
        if (i == 0) verifier.replace(anchors);
        if (!verifier.verify(chain, now)) ++refused;
        if (!ChainVerifier::signature_holds(nz->chain()[0], "bytes", signature)) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
}

TEST_F(Chain, AnchorsThatCannotBeReadAreNamed) {
  const auto file = world.pki.trust_folder() / "crls" / "NZ.crl";
  must(replace_file(file, "half a li"));
  const auto loaded = TrustAnchors::load(world.pki.trust_folder());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, v1::CERTIFICATE_UNREADABLE);
  EXPECT_EQ(loaded.error().where, file.string());
  EXPECT_EQ(TrustAnchors::load(world.folder.path() / "nowhere").error().code, v1::FILE_UNREADABLE);
}

TEST_F(Chain, ASignatureHoldsForItsBytesAndKeyAlone) {
  const auto signer = world.signer("NZ");
  const std::string signature = signer->sign("what was said");
  EXPECT_TRUE(ChainVerifier::signature_holds(signer->chain()[0], "what was said", signature));
  EXPECT_FALSE(ChainVerifier::signature_holds(signer->chain()[0], "what was meant", signature));
  EXPECT_FALSE(ChainVerifier::signature_holds(world.signer("CN")->chain()[0], "what was said", signature));
  EXPECT_FALSE(ChainVerifier::signature_holds("garbage", "what was said", signature));
  EXPECT_FALSE(ChainVerifier::signature_holds(signer->chain()[0], "what was said", "garbage"));
}

}  // namespace
}  // namespace gnc::trust::chain_verifier_test
