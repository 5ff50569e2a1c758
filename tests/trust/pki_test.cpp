#include "trust/pki/pki.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "gnc/v1/errors.pb.h"
#include "tests/trust/trust_world.h"
#include "trust/pki/certificate_maker.h"

namespace gnc::trust::pki_test {
namespace {

using testing::ElementsAre;

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) found.push_back(entry.path().lexically_relative(folder));
  }
  std::ranges::sort(found);
  return found;
}

RevocationListPtr list_at(const std::filesystem::path& file) {
  return revocation_list_from(must(read_file(file, 1 << 20)));
}

CertificatePtr certificate_at(const std::filesystem::path& file) {
  return std::move(certificates_from(must(read_file(file, 1 << 20))).front());
}

TEST(PkiFolder, HasTheFilesThatItsHeaderPromisesAndNothingElse) {
  TemporaryFolder folder;
  Pki pki = must(Pki::create(folder.path(), {now, now + day}));
  must(pki.issue({party("NZ/health"), usual}));
  must(pki.issue({party("gateway/hub"), usual}));
  EXPECT_THAT(files_below(folder.path()),
              ElementsAre("authorities/NZ/ca.crl", "authorities/NZ/ca.crt", "authorities/NZ/ca.key",
                          "authorities/gateway/ca.crl", "authorities/gateway/ca.crt",
                          "authorities/gateway/ca.key", "identities/NZ-health/node.crt",
                          "identities/NZ-health/node.key", "identities/gateway-hub/node.crt",
                          "identities/gateway-hub/node.key", "root/ca.crl", "root/ca.crt", "root/ca.key",
                          "trust/crls/NZ.crl", "trust/crls/gateway.crl", "trust/crls/root.crl",
                          "trust/issuers/NZ.crt", "trust/issuers/gateway.crt", "trust/roots/root.crt"));
}

TEST(PkiFolder, KeepsKeysToItsOwner) {
  const TrustWorld world;
  for (const auto& file : files_below(world.folder.path())) {
    struct stat about {};
    ASSERT_EQ(::stat((world.folder.path() / file).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, file.extension() == ".key" ? 0600u : 0644u) << file;
  }
}

TEST(PkiFolder, IsNotMadeTwiceAndNotFoundWhereThereIsNone) {
  const TrustWorld world;
  EXPECT_EQ(Pki::create(world.folder.path() / "pki", usual).error().code, v1::FILE_UNWRITABLE);
  EXPECT_TRUE(Pki::open(world.folder.path() / "pki"));
  EXPECT_EQ(Pki::open(world.folder.path()).error().code, v1::FILE_UNREADABLE);
}

TEST(PkiFolder, GivesEveryCertificateARandomSerialOf128Bits) {
  TrustWorld world;
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    must(world.pki.issue({party("NZ"), usual}));
    const auto serial = serial_of(*certificate_at(world.pki.identity_folder(party("NZ")) / "node.crt"));
    EXPECT_EQ(serial.size(), 32u);
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 20u);
}

TEST(PkiFolder, RenewsWithANewKey) {
  TrustWorld world;
  const auto before = world.identity("NZ");
  must(world.pki.issue({party("NZ"), {now, now + day * 200}}));
  const auto after = world.identity("NZ");
  EXPECT_NE(before.private_key_pem, after.private_key_pem);
  EXPECT_EQ(must(world.verify("NZ")).not_after, now + day * 200);
}

TEST(PkiFolder, NumbersItsListsAndKeepsWhatTheyHold) {
  TrustWorld world;
  const auto file = world.pki.trust_folder() / "crls" / "NZ.crl";
  EXPECT_EQ(number_of(*list_at(file)), 1);
  const std::string serial = serial_of(*certificate_at(world.pki.identity_folder(party("NZ")) / "node.crt"));
  must(world.pki.revoke(party("NZ"), now));
  must(world.pki.revoke(party("NZ"), now + day));
  must(world.pki.publish_lists(now + day, now + day * 8));
  const auto list = list_at(file);
  EXPECT_EQ(number_of(*list), 4);
  EXPECT_EQ(instant_of(X509_CRL_get0_nextUpdate(list.get())), now + day * 8);
  const auto revoked = revocations_in(*list);
  ASSERT_EQ(revoked.size(), 1u) << "once revoked is revoked once";
  EXPECT_EQ(revoked[0].serial, serial);
  EXPECT_EQ(revoked[0].at, now);
}

TEST(PkiFolder, AListThatWasTamperedWithInTheTrustFolderIsPublishedAnewInFull) {
  TrustWorld world;
  must(world.pki.revoke(party("NZ"), now));
  std::filesystem::remove(world.pki.trust_folder() / "crls" / "NZ.crl");
  must(world.pki.publish_lists(now, now + day));
  EXPECT_EQ(world.verify("NZ").error().code, v1::CERTIFICATE_REVOKED);
}

TEST(PkiFolder, ListsWhatItHasAndWhatIsRevoked) {
  TrustWorld world;
  must(world.pki.issue({party("NZ/health"), usual}));
  must(world.pki.revoke(party("NZ/health"), now));
  must(world.pki.revoke_authority(party("CN"), now));
  const auto all = must(world.pki.list());
  std::vector<std::string> names;
  std::vector<std::string> revoked;
  for (const auto& one : all) {
    names.push_back(one.name);
    if (one.revoked) revoked.push_back(one.name);
  }
  EXPECT_THAT(names, ElementsAre("root", "authority CN", "authority NZ", "authority gateway", "CN", "NZ",
                                 "NZ/health", "gateway/hub"));
  EXPECT_THAT(revoked, ElementsAre("authority CN", "NZ/health"));
  // What it issued holds no more, though it is on no list.
  for (const auto& one : all) EXPECT_EQ(one.authority_revoked, one.name == "CN") << one.name;
  EXPECT_THAT(all.back().uri_names, ElementsAre("gnc://gateway/hub"));
}

TEST(PkiFolder, RevokingSomeoneUnknownNamesTheMissingFile) {
  TrustWorld world;
  const auto result = world.pki.revoke(party("AU"), now);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, v1::FILE_UNREADABLE);
  EXPECT_THAT(result.error().where, testing::HasSubstr("identities/AU/node.crt"));
}

TEST(Files, AreReplacedAsAWholeAndBounded) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "below" / "it";
  must(replace_file(file, "first", 0600));
  must(replace_file(file, "second", 0600));
  EXPECT_EQ(must(read_file(file, 6)), "second");
  EXPECT_EQ(read_file(file, 5).error().code, v1::FILE_UNREADABLE);
  EXPECT_EQ(read_file(folder.path(), 5).error().code, v1::FILE_UNREADABLE);
  EXPECT_THAT(files_below(folder.path()), ElementsAre("below/it")) << "nothing is left beside it";
  EXPECT_EQ(replace_file(file / "under-a-file", "x").error().code, v1::FILE_UNWRITABLE);
}

}  // namespace
}  // namespace gnc::trust::pki_test
