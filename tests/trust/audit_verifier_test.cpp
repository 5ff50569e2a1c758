#include "trust/audit/audit_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "proto/sqlite/segments.h"
#include "tests/trust/audit_world.h"
#include "trust/audit/entry_proof.h"

namespace gnc::trust::audit_verifier_test {
namespace {

using testing::HasSubstr;

class AuditLog : public testing::Test {
 protected:
  AuditLog() {
    for (std::uint64_t number = 1; number <= 5; ++number) world.step(number, 4);
  }

  // The finding, which there must be.
  AuditFinding finding(Instant at = now) const {
    const auto report = world.verified(at);
    if (!report.finding) throw std::runtime_error("nothing was found");
    return *report.finding;
  }

  AuditWorld world;
};

TEST_F(AuditLog, HoldsAsItWasWritten) {
  const auto report = world.verified();
  ASSERT_TRUE(report.holds()) << describe(report.finding->error);
  EXPECT_EQ(report.entries, 10u);
  EXPECT_EQ(report.heads, 5u);
  EXPECT_EQ(report.batches, 5u);
  EXPECT_EQ(report.receipts, 5u);
  ASSERT_TRUE(report.newest_head);
  EXPECT_EQ(report.newest_head->tree_size, 10u);
  EXPECT_EQ(report.newest_head->signer, party("gateway/hub"));
}

TEST_F(AuditLog, HoldsAfterTheGatewaysCertificateHasExpiredOrIsRevoked) {
  EXPECT_TRUE(world.verified(usual.until + day).holds());
  must(world.pki.revoke(party("gateway/hub"), now + day));
  EXPECT_TRUE(world.verified(now + day * 2).holds());
}

TEST_F(AuditLog, LocatesTheAlteredEnvelopeInsideItsBatch) {
  const std::string bytes = world.blob("SELECT bytes FROM batch WHERE number = 3");
  world.alter("batch", "bytes", "number = 3", bytes.find("envelope 2 of"));
  const auto found = finding();
  EXPECT_EQ(found.error.code, v1::AUDIT_ENTRY_ALTERED);
  EXPECT_EQ(found.entry_number, 4u);
  EXPECT_EQ(found.entry.party(), "NZ");
  EXPECT_EQ(found.entry.number(), 3u);
  EXPECT_EQ(found.leaf_index, 2u);
  EXPECT_THAT(found.error.detail, HasSubstr("ENVELOPE_ALTERED"));
}

TEST_F(AuditLog, NamesABatchThatIsGoneAndReceiptsThatWereChanged) {
  world.run("DELETE FROM batch WHERE number = 2");
  world.alter("receipts", "bytes", "position = 1", 700);
  auto found = finding();
  EXPECT_EQ(found.entry_number, 1u) << "the first of the two";
  EXPECT_THAT(found.error.detail, HasSubstr("receipts 1 for NZ"));
  world.alter("receipts", "bytes", "position = 1", 700);
  found = finding();
  EXPECT_EQ(found.entry_number, 2u);
  EXPECT_THAT(found.error.detail, HasSubstr("batch 2 of NZ is not in the store"));
}

TEST_F(AuditLog, ReadsContentFromItsSegmentAndNamesWhatIsLostWithIt) {
  const std::string bytes = world.blob("SELECT bytes FROM batch WHERE number = 2");
  const auto segment = sqlite::segment_file(world.folder.path(), 7);
  must(replace_file(segment, "before" + bytes));
  world.run(fmt::format("UPDATE batch SET segment = 7, start = 6, length = {}, bytes = NULL WHERE number = 2",
                        bytes.size()));
  EXPECT_TRUE(world.verified().holds());
  std::string altered = "before" + bytes;
  altered[altered.find("envelope 1 of")] = 'E';
  must(replace_file(segment, altered));
  EXPECT_EQ(finding().leaf_index, 1u);
  std::filesystem::resize_file(segment, 20);
  EXPECT_EQ(finding().entry_number, 2u);
  EXPECT_THAT(finding().error.detail, HasSubstr("the content of batch 2 of NZ is lost"));
  std::filesystem::remove(segment);
  EXPECT_THAT(finding().error.detail, HasSubstr("content-000007.segment"));
}

TEST_F(AuditLog, NamesABatchThatWasReplacedByAnotherWellSealedOne) {
  world.run("UPDATE batch SET bytes = (SELECT bytes FROM batch WHERE number = 5) WHERE number = 4");
  const auto found = finding();
  EXPECT_EQ(found.entry_number, 6u);
  EXPECT_THAT(found.error.detail, HasSubstr("another batch, well sealed by NZ"));
}

TEST_F(AuditLog, NamesABatchUnderAnotherSender) {
  world.run("UPDATE batch SET sender = 'CN' WHERE number = 4");
  EXPECT_EQ(finding().entry_number, 6u);
}

TEST_F(AuditLog, NamesAnEntryWhoseBytesWereChanged) {
  world.alter("audit_entry", "entry", "number = 7", 3);
  const auto found = finding();
  EXPECT_EQ(found.error.code, v1::AUDIT_ENTRY_ALTERED);
  EXPECT_EQ(found.entry_number, 7u);
}

TEST_F(AuditLog, NamesAnEntryWhoseRecordedHashWasChanged) {
  world.alter("audit_entry", "leaf", "number = 7", 3);
  const auto found = finding();
  EXPECT_EQ(found.entry_number, 7u);
  EXPECT_THAT(found.error.detail, HasSubstr("the entry is as signed"));
}

TEST_F(AuditLog, FindsAnEntryThatWasRewrittenTogetherWithItsHash) {
  v1::AuditEntry entry;
  ASSERT_TRUE(entry.ParseFromString(world.blob("SELECT entry FROM audit_entry WHERE number = 4")));
  entry.set_at(entry.at() + 1);
  const std::string bytes = entry.SerializeAsString();
  const Digest leaf = leaf_hash(bytes);
  auto row = must(world.database.prepare("UPDATE audit_entry SET entry = ?, leaf = ? WHERE number = 4"));
  must(row.bind_blob(1, bytes).bind_blob(2, leaf.view()).run());
  const auto found = finding();
  EXPECT_EQ(found.entry_number, 4u);
  EXPECT_THAT(found.error.detail, HasSubstr("one of the entries 4 to 5"));
}

TEST_F(AuditLog, FindsWhatIsMissing) {
  world.run("DELETE FROM audit_entry WHERE number = 6");
  EXPECT_EQ(finding().entry_number, 6u);
  world.run("DELETE FROM audit_entry WHERE number >= 6");
  EXPECT_EQ(finding().entry_number, 6u);
  EXPECT_THAT(finding().error.detail, HasSubstr("a head of 8 was signed"));
}

TEST_F(AuditLog, FindsByAKeptHeadThatEntriesAndHeadsWereCutOff) {
  const auto newest =
      must(KeptHead::from_text(fmt::format("10:{}", world.verified().newest_head->root.hex())));
  EXPECT_TRUE(world.verified(now, newest).holds());
  world.step(6, 4);
  EXPECT_TRUE(world.verified(now, newest).holds()) << "the log may have grown since";
  world.run("DELETE FROM audit_entry WHERE number >= 8");
  world.run("DELETE FROM audit_head WHERE tree_size > 8");
  world.run("DELETE FROM batch WHERE number > 4");
  world.run("DELETE FROM receipts WHERE position > 4");
  ASSERT_TRUE(world.verified().holds()) << "by itself it is a shorter log";
  const auto cut = world.verified(now, newest);
  ASSERT_FALSE(cut.holds());
  EXPECT_EQ(cut.finding->error.code, v1::AUDIT_HEAD_WRONG);
  EXPECT_THAT(cut.finding->error.detail, HasSubstr("the log ends at 8 entries"));
}

TEST_F(AuditLog, FindsByAKeptHeadThatItIsAnotherLog) {
  KeptHead other = {6, world.verified().newest_head->root};
  const auto report = world.verified(now, other);
  ASSERT_FALSE(report.holds());
  EXPECT_EQ(report.finding->error.code, v1::AUDIT_HEAD_WRONG);
  EXPECT_THAT(report.finding->error.detail, HasSubstr(other.root.hex()));
}

TEST(KeptHead, IsReadAsItIsWrittenAndFromNothingElse) {
  const std::string root(64, 'a');
  EXPECT_EQ(must(KeptHead::from_text("7:" + root)).text(), "7:" + root);
  for (const std::string& wrong :
       {std::string(), std::string("7"), root, "0:" + root, "-1:" + root, "7:" + root + "a",
        "7:" + root.substr(2), "7 :" + root, "7:" + root.substr(1) + "g"}) {
    EXPECT_EQ(KeptHead::from_text(wrong).error().code, v1::KEY_VALUE) << wrong;
  }
}

TEST_F(AuditLog, FindsEntriesThatNobodySigned) {
  world.run("DELETE FROM audit_head WHERE tree_size = 10");
  EXPECT_EQ(finding().entry_number, 8u);
}

TEST_F(AuditLog, FindsABatchThatNoEntryStates) {
  world.run(
      "INSERT INTO batch(number, sender, at, bytes) SELECT 99, sender, at, bytes FROM batch WHERE number = "
      "1");
  const auto found = finding();
  EXPECT_FALSE(found.entry_number);
  EXPECT_THAT(found.error.detail, HasSubstr("6 rows of batch, the log states 5"));
}

TEST_F(AuditLog, FindsAHeadThatWasAlteredOrSignedByAnother) {
  const std::string kept = world.blob("SELECT seal FROM audit_head WHERE tree_size = 4");
  world.alter("audit_head", "seal", "tree_size = 4", 5);
  EXPECT_EQ(finding().error.code, v1::AUDIT_HEAD_WRONG);

  v1::Seal seal;
  ASSERT_TRUE(seal.ParseFromString(kept));
  MerkleFrontier tree;
  for (int i = 0; i < 4; ++i) {
    tree.append(leaf_hash(world.blob(fmt::format("SELECT entry FROM audit_entry WHERE number = {}", i))));
  }
  const std::string forged = seal_head(tree, now, *world.nz).SerializeAsString();
  auto row = must(world.database.prepare("UPDATE audit_head SET seal = ? WHERE tree_size = 4"));
  must(row.bind_blob(1, forged).run());
  const auto found = finding();
  EXPECT_EQ(found.error.code, v1::AUDIT_HEAD_WRONG);
  EXPECT_THAT(found.error.detail, HasSubstr("NZ, which is no gateway"));
}

TEST_F(AuditLog, FindsAHeadSignedInTheFuture) {
  EXPECT_EQ(finding(now - day / 2).error.code, v1::AUDIT_HEAD_WRONG);
}

TEST_F(AuditLog, IsMissingWhereThereIsNoneAndUnreadableWhereItIsNoDatabase) {
  const auto trust = world.pki.trust_folder();
  EXPECT_EQ(verify_audit_log(world.folder.path() / "nothing", trust, now).error().code,
            v1::AUDIT_LOG_MISSING);
  must(replace_file(world.folder.path() / "text.db",
                    "no database, just a text that is long enough to be read"));
  EXPECT_EQ(verify_audit_log(world.folder.path() / "text.db", trust, now).error().code, v1::STORE_FAILED);
  const AuditWorld empty;
  EXPECT_EQ(verify_audit_log(empty.file, trust, now).error().code, v1::AUDIT_LOG_MISSING);
}

TEST_F(AuditLog, AnySingleAlteredByteIsFoundAtItsEntry) {
  struct Place {
    const char* table;
    const char* column;
    const char* key;
    std::uint64_t first_key;
    std::uint64_t entries_before;  // for each row
  };
  const Place places[] = {{"batch", "bytes", "number", 1, 2},
                          {"receipts", "bytes", "position", 1, 2},
                          {"audit_entry", "entry", "number", 0, 1},
                          {"audit_entry", "leaf", "number", 0, 1},
                          {"audit_head", "seal", "tree_size", 2, 1}};
  EXPECT_TRUE(rc::check([&] {
    const Place place = *rc::gen::elementOf(std::vector<Place>(std::begin(places), std::end(places)));
    const bool head = std::string_view(place.table) == "audit_head";
    const auto row =
        *rc::gen::inRange<std::uint64_t>(0, std::string_view(place.table) == "audit_entry" ? 10 : 5);
    const std::uint64_t key = head ? 2 * (row + 1) : place.first_key + row;
    const std::string where = fmt::format("{} = {}", place.key, key);
    const std::size_t size =
        world.blob(fmt::format("SELECT {} FROM {} WHERE {}", place.column, place.table, where)).size();
    const auto at = *rc::gen::inRange<std::size_t>(0, size);
    world.alter(place.table, place.column, where, at);
    const auto report = world.verified();
    world.alter(place.table, place.column, where, at);
    RC_ASSERT(report.finding.has_value());
    if (head) {
      RC_ASSERT(report.finding->error.code == v1::AUDIT_HEAD_WRONG);
    } else {
      const bool receipts = std::string_view(place.table) == "receipts";
      RC_ASSERT(report.finding->entry_number == row * place.entries_before + (receipts ? 1 : 0));
    }
  }));
  EXPECT_TRUE(world.verified().holds());
}

TEST_F(AuditLog, ProvesEveryEntryWithoutTheLog) {
  const ChainVerifier verifier(world.anchors());
  for (std::uint64_t number = 0; number < 10; ++number) {
    auto proof = must(prove_entry(world.file, number));
    const auto head = check_entry_proof(proof, verifier);
    ASSERT_TRUE(head) << describe(head.error());
    EXPECT_EQ(head->tree_size, 10u);
    proof.number ^= 1;
    EXPECT_EQ(check_entry_proof(proof, verifier).error().code, v1::AUDIT_ENTRY_ALTERED);
    proof.number ^= 1;
    proof.entry.back() = static_cast<char>(proof.entry.back() ^ 1);
    EXPECT_EQ(check_entry_proof(proof, verifier).error().code, v1::AUDIT_ENTRY_ALTERED);
  }
  EXPECT_EQ(prove_entry(world.file, 10).error().code, v1::REFERENCE_UNKNOWN);
}

TEST_F(AuditLog, EachHeadContinuesTheOneBefore) {
  std::vector<Digest> leaves;
  leaves.reserve(10);
  for (int i = 0; i < 10; ++i) {
    leaves.push_back(
        leaf_hash(world.blob(fmt::format("SELECT entry FROM audit_entry WHERE number = {}", i))));
  }
  const ChainVerifier verifier(world.anchors());
  const auto head = [&](std::uint64_t size) {
    return must(open_head(world.blob(fmt::format("SELECT seal FROM audit_head WHERE tree_size = {}", size)),
                          verifier, now));
  };
  for (std::uint64_t first = 2; first <= 10; first += 2) {
    EXPECT_TRUE(is_continued(head(first).root, first, head(10).root, 10, consistency_proof(first, leaves)));
  }
}

}  // namespace
}  // namespace gnc::trust::audit_verifier_test
