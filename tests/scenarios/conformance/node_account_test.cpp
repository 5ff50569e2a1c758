#include "scenarios/conformance/node_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gnc/v1/envelope.pb.h"
#include "tests/trust/trust_world.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios::node_account_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using trust::now;

class NodeAccountTest : public testing::Test {
 protected:
  static std::string id(std::uint64_t number) { return std::string(Uuid::from_parts(now, 1, number).view()); }

  static std::string answer(std::uint64_t number, std::uint64_t about) {
    v1::Envelope envelope;
    envelope.set_id(id(number));
    envelope.set_sender("NZ");
    envelope.set_recipient("CN");
    envelope.set_conversation(id(7));
    envelope.set_agreement("CN-NZ/conformance");
    envelope.set_message("response");
    envelope.set_created_at(now.microseconds);
    envelope.set_expires_at((now + Duration::from_seconds(60)).microseconds);
    envelope.set_answers(id(about));
    envelope.mutable_document()->set_type("RES");
    envelope.mutable_document()->set_structured("document");
    return envelope.SerializeAsString();
  }

  std::string envelopes(const std::vector<std::string>& contents, const char* signer = "NZ") {
    return trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_ENVELOPES, {}, now},
                             *world_.signer(signer))
        .bytes;
  }
  std::string receipts(const std::vector<std::string>& contents) {
    return trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_RECEIPTS, "CN", now}, *world_.signer("NZ"))
        .bytes;
  }
  void submit(const std::string& batch) {
    v1::NodeFrame frame;
    frame.add_submissions(batch);
    account_.take(frame, now);
  }

  trust::TrustWorld world_;
  trust::ChainVerifier verifier_{[&] {
    trust::must(world_.pki.publish_lists(now, now + trust::day));
    return world_.anchors();
  }()};
  NodeAccount account_{trust::party("NZ"), verifier_};
};

TEST_F(NodeAccountTest, KnowsTheSameBytesAgainFromAnotherAnswer) {
  account_.welcomed(10);
  const std::string batch = envelopes({answer(1, 9)});
  submit(batch);
  submit(batch);
  submit(envelopes({answer(2, 9)}));
  ASSERT_THAT(account_.submitted(), SizeIs(2));
  EXPECT_THAT(account_.submitted()[0].at, SizeIs(2));
  EXPECT_THAT(account_.answers_to(id(9)), SizeIs(2));
  EXPECT_THAT(account_.answers_to(id(8)), IsEmpty());
}

TEST_F(NodeAccountTest, CountsWhatIsSubmittedBeyondTheCreditOfItsStream) {
  account_.welcomed(2);
  submit(envelopes({answer(1, 9), answer(2, 9)}));
  EXPECT_LE(account_.overrun(), 0);
  submit(envelopes({answer(3, 9)}));
  EXPECT_EQ(account_.overrun(), 1);
  account_.welcomed(5);
  submit(envelopes({answer(4, 9)}));
  EXPECT_EQ(account_.overrun(), 1) << "what one stream overran is not forgiven on the next";
}

TEST_F(NodeAccountTest, SaysWhatIsWrongWithABatch) {
  submit(envelopes({answer(1, 9)}, "CN"));
  submit(receipts({"no envelope"}));
  ASSERT_THAT(account_.submission_faults(), SizeIs(2));
  EXPECT_THAT(account_.submission_faults()[0], HasSubstr("sealed by CN"));
  EXPECT_THAT(account_.submission_faults()[1], HasSubstr("PURPOSE_RECEIPTS"));
  submit(envelopes({"no envelope"}));
  EXPECT_TRUE(account_.submitted().back().fault);
}

TEST_F(NodeAccountTest, FindsReceiptsByTheDigestThatTheyAreAbout) {
  v1::Receipt receipt;
  receipt.set_exchange(id(9));
  receipt.set_kind(v1::RECEIPT_KIND_DELIVERED);
  receipt.set_issuer("NZ");
  const Digest digest = trust::leaf_hash("the envelope");
  receipt.set_envelope_digest(std::string(digest.view()));
  v1::NodeFrame frame;
  frame.add_receipts(receipts({receipt.SerializeAsString()}));
  account_.take(frame, now);
  EXPECT_THAT(account_.receipt_faults(), IsEmpty());
  ASSERT_THAT(account_.receipts_about(digest, v1::RECEIPT_KIND_DELIVERED), SizeIs(1));
  EXPECT_EQ(account_.receipts_about(digest, v1::RECEIPT_KIND_DELIVERED).front()->audience, "CN");
  EXPECT_THAT(account_.receipts_about(digest, v1::RECEIPT_KIND_REFUSED), IsEmpty());

  receipt.set_issuer("CN");
  v1::NodeFrame other;
  other.add_receipts(receipts({receipt.SerializeAsString()}));
  account_.take(other, now);
  EXPECT_THAT(account_.receipt_faults(), SizeIs(1));
}

TEST_F(NodeAccountTest, ReadsReceiptsBeforeSubmissionsOfTheSameFrame) {
  v1::Receipt receipt;
  receipt.set_exchange(id(9));
  receipt.set_kind(v1::RECEIPT_KIND_DELIVERED);
  receipt.set_issuer("NZ");
  const Digest digest = trust::leaf_hash("the envelope");
  receipt.set_envelope_digest(std::string(digest.view()));
  v1::NodeFrame frame;
  frame.add_submissions(envelopes({answer(1, 9)}));
  frame.add_receipts(receipts({receipt.SerializeAsString()}));
  account_.take(frame, now);
  EXPECT_LT(account_.receipts_about(digest, v1::RECEIPT_KIND_DELIVERED).front()->number,
            account_.submitted().front().number);
}

TEST_F(NodeAccountTest, CountsCreditOfThePresentStreamAlone) {
  v1::NodeFrame hello;
  hello.mutable_hello()->mutable_credit()->set_envelopes(5);
  hello.mutable_hello()->set_receipts_recorded_up_to(3);
  account_.take(hello, now);
  account_.delivered(4);
  EXPECT_EQ(account_.delivery_credit(), 1U);
  v1::NodeFrame grant;
  grant.mutable_credit()->set_envelopes(2);
  account_.take(grant, now);
  EXPECT_EQ(account_.delivery_credit(), 3U);
  account_.take(hello, now);
  EXPECT_EQ(account_.delivery_credit(), 5U);
  EXPECT_EQ(account_.delivery_grants(), 12U);
  EXPECT_EQ(account_.hello_position(), 3U);
}

}  // namespace
}  // namespace gnc::scenarios::node_account_test
