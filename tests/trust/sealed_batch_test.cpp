#include "trust/seal/sealed_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "tests/trust/trust_world.h"
#include "trust/seal/merkle.h"

namespace gnc::trust::sealed_batch_test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;

class Seal : public testing::Test {
 protected:
  static TrustWorld& world() {
    static TrustWorld one;
    return one;
  }

  static std::vector<std::string> contents(std::size_t count) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(fmt::format("envelope {} of {}", i, count));
    return made;
  }

  v1::SealedBatch sealed(std::size_t count,
                         v1::SealStatement::Purpose purpose = v1::SealStatement::PURPOSE_ENVELOPES) {
    const bool receipts = purpose == v1::SealStatement::PURPOSE_RECEIPTS;
    const auto made = contents(count);
    return seal(made, {purpose, receipts ? "CN" : "", now}, *signer);
  }

  Result<OpenedBatch> opened(std::string_view bytes) const { return open(bytes, verifier, now); }

  static v1::ErrorCode code(const Result<OpenedBatch>& result) {
    return result ? v1::ERROR_CODE_UNSPECIFIED : result.error().code;
  }

  static std::vector<v1::ErrorCode> faults(const OpenedBatch& batch) {
    std::vector<v1::ErrorCode> found;
    for (const OpenedItem& item : batch.items) found.push_back(item.fault);
    return found;
  }

  // Whether anything at all is said against the bytes.
  bool is_found_altered(std::string_view bytes) const {
    const auto result = opened(bytes);
    if (!result) return true;
    return std::ranges::any_of(result->items, [](const OpenedItem& item) { return item.fault != 0; });
  }

  std::unique_ptr<Signer> signer = world().signer("NZ");
  ChainVerifier verifier{world().anchors()};
};

constexpr v1::ErrorCode holds = v1::ERROR_CODE_UNSPECIFIED;

TEST_F(Seal, OpensACompleteBatchAndPointsIntoItsBytes) {
  const std::string bytes = sealed(5).SerializeAsString();
  const auto batch = opened(bytes);
  ASSERT_TRUE(batch) << describe(batch.error());
  EXPECT_EQ(batch->signer, party("NZ"));
  EXPECT_EQ(batch->tree_size, 5u);
  EXPECT_EQ(batch->sealed_at, now);
  EXPECT_TRUE(batch->complete);
  EXPECT_THAT(faults(*batch), Each(holds));
  ASSERT_EQ(batch->items.size(), 5u);
  EXPECT_EQ(batch->items[3].content, contents(5)[3]);
  EXPECT_EQ(batch->items[3].leaf, leaf_hash(contents(5)[3]));
  EXPECT_GE(batch->items[3].content.data(), bytes.data());
  EXPECT_LT(batch->items[3].content.data(), bytes.data() + bytes.size());
}

TEST_F(Seal, OpensReceiptsForOneParty) {
  const auto batch = opened(sealed(3, v1::SealStatement::PURPOSE_RECEIPTS).SerializeAsString());
  ASSERT_TRUE(batch) << describe(batch.error());
  EXPECT_EQ(batch->purpose, v1::SealStatement::PURPOSE_RECEIPTS);
  EXPECT_EQ(batch->audience, "CN");
  EXPECT_THAT(faults(*batch), ElementsAre(holds, holds, holds));
}

TEST_F(Seal, LocatesTheOneAlteredEnvelope) {
  v1::SealedBatch batch = sealed(4);
  batch.mutable_items(2)->mutable_content()->back() ^= 1;
  const std::string bytes = batch.SerializeAsString();
  EXPECT_THAT(faults(*opened(bytes)), ElementsAre(holds, holds, v1::ENVELOPE_ALTERED, holds));
}

TEST_F(Seal, LocatesTheOneAlteredLeafHash) {
  v1::SealedBatch batch = sealed(4);
  batch.mutable_items(1)->mutable_leaf_hash()->front() ^= 1;
  const std::string bytes = batch.SerializeAsString();
  EXPECT_THAT(faults(*opened(bytes)), ElementsAre(holds, v1::PROOF_ALTERED, holds, holds));
}

TEST_F(Seal, HoldsNothingOfABatchWhoseContentsWereReplacedWithTheirHashes) {
  v1::SealedBatch batch = sealed(3);
  v1::SealedItem& item = *batch.mutable_items(0);
  item.set_content("another envelope");
  const Digest digest = leaf_hash(item.content());
  item.set_leaf_hash(digest.bytes.data(), digest.bytes.size());
  const std::string bytes = batch.SerializeAsString();
  EXPECT_THAT(faults(*opened(bytes)), Each(v1::PROOF_ALTERED));
}

TEST_F(Seal, TellsAnAlteredPathFromAnAlteredEnvelope) {
  const std::string bytes = sealed(8).SerializeAsString();
  const std::uint64_t indexes[] = {1, 4, 6};
  v1::SealedBatch part;
  ASSERT_TRUE(part.ParseFromString(must(extract(bytes, indexes))));
  part.mutable_items(0)->mutable_path(2)->front() ^= 1;
  part.mutable_items(2)->mutable_content()->front() ^= 1;
  const std::string altered = part.SerializeAsString();
  const auto batch = opened(altered);
  ASSERT_TRUE(batch) << describe(batch.error());
  EXPECT_FALSE(batch->complete);
  EXPECT_THAT(faults(*batch), ElementsAre(v1::PROOF_ALTERED, holds, v1::ENVELOPE_ALTERED));
}

TEST_F(Seal, RefusesAnAlteredStatementOrSignature) {
  v1::SealedBatch batch = sealed(2);
  v1::SealStatement statement;
  ASSERT_TRUE(statement.ParseFromString(batch.seal().statement()));
  statement.set_sealed_at(statement.sealed_at() + 1);
  batch.mutable_seal()->set_statement(statement.SerializeAsString());
  EXPECT_EQ(code(opened(batch.SerializeAsString())), v1::SEAL_SIGNATURE_WRONG);

  v1::SealedBatch other = sealed(2);
  other.mutable_seal()->mutable_signature()->back() ^= 1;
  EXPECT_EQ(code(opened(other.SerializeAsString())), v1::SEAL_SIGNATURE_WRONG);
}

TEST_F(Seal, RefusesASignerThatItsCertificateDoesNotName) {
  struct Impostor final : Signer {
    std::unique_ptr<Signer> own = world().signer("CN");
    PartyName name = trust::party("NZ");
    const PartyName& party() const override { return name; }
    std::string sign(std::string_view bytes) override { return own->sign(bytes); }
    const std::vector<std::string>& chain() const override { return own->chain(); }
  } impostor;
  const auto made = contents(2);
  const auto batch = seal(made, {v1::SealStatement::PURPOSE_ENVELOPES, "", now}, impostor);
  EXPECT_EQ(code(opened(batch.SerializeAsString())), v1::SENDER_NOT_PEER);
}

TEST_F(Seal, RefusesASealWhoseCertificateDoesNotHold) {
  const std::string bytes = sealed(1).SerializeAsString();
  EXPECT_EQ(code(open(bytes, verifier, now + day * 100)), v1::CERTIFICATE_EXPIRED);
}

TEST_F(Seal, ReceiptsThatWereRecordedHoldWhateverBecameOfTheirCertificate) {
  TrustWorld other;
  const std::unique_ptr<Signer> before = other.signer("NZ");
  const std::string bytes =
      seal(contents(2), {v1::SealStatement::PURPOSE_RECEIPTS, "CN", now}, *before).SerializeAsString();
  must(other.pki.revoke(party("NZ"), now));
  const ChainVerifier after(other.anchors());
  EXPECT_EQ(code(open(bytes, after, now)), v1::CERTIFICATE_REVOKED);
  EXPECT_EQ(code(open_recorded(bytes, after)), holds);
  // What was asked about no time says nothing about one.
  EXPECT_EQ(code(open(bytes, after, now)), v1::CERTIFICATE_REVOKED);
}

TEST_F(Seal, ReceiptsThatWereRecordedMustStillBeOfWhoTheySay) {
  const TrustWorld strangers;
  const std::unique_ptr<Signer> stranger = strangers.signer("NZ");
  const v1::SealedBatch batch =
      seal(contents(2), {v1::SealStatement::PURPOSE_RECEIPTS, "CN", now}, *stranger);
  EXPECT_EQ(code(open_recorded(batch.SerializeAsString(), verifier)), v1::AUTHORITY_UNKNOWN);
  v1::SealedBatch altered = sealed(2, v1::SealStatement::PURPOSE_RECEIPTS);
  altered.mutable_seal()->mutable_signature()->back() ^= 1;
  EXPECT_EQ(code(open_recorded(altered.SerializeAsString(), verifier)), v1::SEAL_SIGNATURE_WRONG);
}

TEST_F(Seal, RefusesOddStructure) {
  const auto altered = [&](const std::function<void(v1::SealedBatch&)>& change) {
    v1::SealedBatch batch = sealed(3);
    change(batch);
    return code(opened(batch.SerializeAsString()));
  };
  EXPECT_EQ(code(opened("")), v1::SEAL_MALFORMED);
  EXPECT_EQ(code(opened("\x0a\xff\xff\xff\xff\x0f")), v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.clear_seal(); }), v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.clear_items(); }), v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.mutable_seal()->clear_chain(); }), v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.mutable_items(2)->set_leaf_index(0); }),
            v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.mutable_items(2)->set_leaf_index(3); }),
            v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.mutable_items(1)->clear_leaf_hash(); }),
            v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { batch.mutable_items(1)->set_leaf_hash("short"); }),
            v1::SEAL_MALFORMED);
  EXPECT_EQ(altered([](v1::SealedBatch& batch) { *batch.add_items() = batch.items(0); }), v1::SEAL_MALFORMED);
  const std::string twice = sealed(3).SerializeAsString();
  EXPECT_EQ(code(opened(twice + twice)), v1::SEAL_MALFORMED);
  EXPECT_EQ(code(opened(twice + std::string("\x18\x01", 2))), v1::SEAL_MALFORMED);
}

TEST_F(Seal, RefusesMoreItemsThanABatchMayHaveBeforeItReadsThem) {
  v1::SealedBatch batch = sealed(1);
  for (std::size_t i = 0; i < max_items_in_batch; ++i) batch.add_items();
  const auto result = opened(batch.SerializeAsString());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, v1::SEAL_MALFORMED);
  EXPECT_THAT(result.error().detail, testing::HasSubstr("4096"));
}

TEST_F(Seal, ExtractsNothingThatIsNotThere) {
  const std::string bytes = sealed(3).SerializeAsString();
  const std::vector<std::vector<std::uint64_t>> wrong = {{}, {3}, {1, 1}};
  for (const auto& indexes : wrong) EXPECT_EQ(extract(bytes, indexes).error().code, v1::SEAL_MALFORMED);
  const std::uint64_t one[] = {1};
  EXPECT_EQ(extract(must(extract(bytes, one)), one).error().code, v1::SEAL_MALFORMED);
}

TEST_F(Seal, AnySingleAlteredByteIsFound) {
  const std::string complete = sealed(7).SerializeAsString();
  const std::uint64_t some[] = {0, 3, 6};
  const std::string part = must(extract(complete, some));
  const std::string receipts = sealed(3, v1::SealStatement::PURPOSE_RECEIPTS).SerializeAsString();
  for (const std::string& bytes : {complete, part, receipts}) {
    ASSERT_FALSE(is_found_altered(bytes));
    EXPECT_TRUE(rc::check([&] {
      std::string altered = bytes;
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      altered[at] = static_cast<char>(altered[at] ^ *rc::gen::inRange(1, 256));
      RC_ASSERT(is_found_altered(altered));
    }));
  }
}

TEST_F(Seal, EveryByteOfASmallBatchIsCoveredAndNoneCanBeCutOff) {
  const std::string bytes = sealed(2).SerializeAsString();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ 0x01);
    EXPECT_TRUE(is_found_altered(altered)) << "byte " << at;
    EXPECT_TRUE(is_found_altered(std::string_view(bytes).substr(0, at))) << "cut at " << at;
  }
}

TEST_F(Seal, AnyExtractedSubsetOpensWell) {
  EXPECT_TRUE(rc::check([&] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 70);
    const auto purpose =
        *rc::gen::element(v1::SealStatement::PURPOSE_ENVELOPES, v1::SealStatement::PURPOSE_RECEIPTS);
    const std::string bytes = sealed(count, purpose).SerializeAsString();
    const auto picked = *rc::gen::nonEmpty(
        rc::gen::unique<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, count)));
    const std::string part = must(extract(bytes, picked));
    const auto batch = must(opened(part));
    RC_ASSERT(batch.items.size() == picked.size());
    for (std::size_t i = 0; i < picked.size(); ++i) {
      RC_ASSERT(batch.items[i].index == picked[i]);
      RC_ASSERT(batch.items[i].fault == holds);
      RC_ASSERT(batch.items[i].content == contents(count)[picked[i]]);
    }
  }));
}

TEST_F(Seal, ExtractingEverythingInOrderGivesTheBatchItself) {
  const std::string bytes = sealed(3).SerializeAsString();
  const std::uint64_t all[] = {0, 1, 2};
  EXPECT_EQ(must(extract(bytes, all)), bytes);
}

TEST_F(Seal, ExtractsTheUnspoiltLeavesOfABatchWithAnAlteredEnvelope) {
  v1::SealedBatch batch = sealed(4);
  batch.mutable_items(2)->mutable_content()->back() ^= 1;
  const std::uint64_t others[] = {0, 1, 3};
  const std::string part = must(extract(batch.SerializeAsString(), others));
  EXPECT_THAT(faults(*opened(part)), Each(holds));
}

}  // namespace
}  // namespace gnc::trust::sealed_batch_test
