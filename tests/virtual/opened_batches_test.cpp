#include "scenarios/virtual/opened_batches.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios::opened_batches_test {
namespace {

const PartyName nz = *PartyName::from_text("NZ"), cn = *PartyName::from_text("CN");
constexpr Instant now{1'767'600'000'000'000};

SealedBytes sealed(trust::Signer& signer) {
  const std::vector<std::string> contents{"first", "second", "third"};
  return std::make_shared<const std::string>(
      trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_ENVELOPES, {}, now}, signer).bytes);
}

OpenedBatches::Opened opened(const SealedBytes& bytes) {
  return {trust::OpenedBatch{v1::SealStatement::PURPOSE_ENVELOPES, nz, {}, now, 0, true, *bytes, {}},
          "certificate"};
}

TEST(OpenedBatches, KnowTheVeryObjectAndNoCopyOfIt) {
  OpenedBatches batches;
  const auto bytes = std::make_shared<const std::string>("bytes");
  EXPECT_EQ(batches.find(bytes), nullptr);
  batches.remember(bytes, opened(bytes));
  const SealedBytes another_holder = bytes;
  ASSERT_NE(batches.find(another_holder), nullptr);
  EXPECT_EQ(batches.find(another_holder)->certificate, "certificate");
  EXPECT_EQ(batches.find(std::make_shared<const std::string>("bytes")), nullptr);
  EXPECT_EQ(batches.find(nullptr), nullptr);
}

TEST(OpenedBatches, TakeNoLaterObjectForOneThatIsGone) {
  OpenedBatches batches;
  // Enough of them that the memory of some is used again.
  for (int i = 0; i < 10'000; ++i) {
    const auto bytes = std::make_shared<const std::string>(std::to_string(i));
    EXPECT_EQ(batches.find(bytes), nullptr);
    batches.remember(bytes, opened(bytes));
  }
}

TEST(ModelledTrust, OpensABatchOnceForAllAndAWithdrawnCertificateEachTime) {
  const auto trust = make_modelled_trust({nz, cn});
  const SealedBytes bytes = sealed(trust->signer(nz));
  const auto first = trust->open(bytes, now);
  ASSERT_TRUE(first);
  const auto again = trust->open(bytes, now);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->items.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(again->items[i].content, first->items[i].content);
    EXPECT_EQ(again->items[i].leaf, trust::leaf_hash(again->items[i].content));
  }
  ASSERT_TRUE(trust->revoke(nz, now));
  const auto revoked = trust->open(bytes, now);
  ASSERT_FALSE(revoked);
  EXPECT_EQ(revoked.error().code, v1::CERTIFICATE_REVOKED);
  // What was recorded before stays.
  EXPECT_TRUE(trust->open(bytes, std::nullopt));
}

TEST(ModelledTrust, FindsOutAnAlteredCopyOfABatchThatItHasOpened) {
  const auto trust = make_modelled_trust({nz, cn});
  const SealedBytes bytes = sealed(trust->signer(nz));
  ASSERT_TRUE(trust->open(bytes, now));
  std::string altered = *bytes;
  altered[altered.find("second")] = 'S';
  const auto opened = trust->open(std::make_shared<const std::string>(std::move(altered)), now);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->items[0].fault, v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(opened->items[1].fault, v1::ENVELOPE_ALTERED);
}

}  // namespace
}  // namespace gnc::scenarios::opened_batches_test
