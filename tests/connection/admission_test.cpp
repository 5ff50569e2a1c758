#include "gnc/v1/datamodel.pb.h"
#include "proto/types/system_clock.h"
#include "tests/connection/border.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::connection::admission_test {
namespace {

class Admission : public Border {
 protected:
  void SetUp() override { start_gateway(); }

  // The code of the first receipt that NZ gets for `batch`.
  v1::ErrorCode refusal_in(const v1::SealedBatch& batch) const {
    const auto client = welcomed("NZ");
    client->send(submission(batch));
    const auto receipt = client->read_receipt();
    return receipt ? receipt->reason() : v1::ERROR_CODE_UNSPECIFIED;
  }
};

TEST_F(Admission, GivesAReceiptForWhatIsAllowed) {
  const auto good = envelope();
  const auto client = welcomed("NZ");
  client->send(submission(sealed({good})));
  const auto receipt = client->read_receipt(good.id());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->kind(), v1::RECEIPT_KIND_ADMITTED);
  EXPECT_EQ(receipt->issuer(), "gateway/hub");
}

TEST_F(Admission, RefusesASenderOtherThanTheCertificates) {
  auto forged = envelope();
  forged.set_sender("CN");
  EXPECT_EQ(refusal_of(forged), v1::SENDER_NOT_PEER);
}

TEST_F(Admission, RefusesWithoutAgreement) {
  auto stray = envelope();
  stray.set_agreement("none-such");
  EXPECT_EQ(refusal_of(stray), v1::NO_AGREEMENT);
}

TEST_F(Admission, RefusesUnderAnAgreementThatIsNotInForce) {
  auto late = envelope();
  late.set_agreement("lapsed");
  EXPECT_EQ(refusal_of(late), v1::AGREEMENT_NOT_IN_FORCE);
}

TEST_F(Admission, RefusesAMessageThatTheUtilityBlockDoesNotHave) {
  auto wrong = envelope();
  wrong.set_message("release");
  EXPECT_EQ(refusal_of(wrong), v1::MESSAGE_NOT_IN_BLOCK);
}

TEST_F(Admission, RefusesAForbiddenCluster) {
  v1::MetaData document;
  document.ParseFromString(envelope().document().structured());
  document.mutable_declaration()->mutable_goods_shipment()->mutable_buyer()->mutable_name()->set_value(
      "Secret");
  auto telling = envelope();
  telling.mutable_document()->set_structured(document.SerializeAsString());
  EXPECT_EQ(refusal_of(telling), v1::CLUSTER_FORBIDDEN);
}

TEST_F(Admission, RefusesAnEnvelopeWhoseTimeHasRunOut) {
  auto old = envelope();
  old.set_created_at((system_now() - Duration::from_seconds(20)).microseconds);
  old.set_expires_at((system_now() - Duration::from_seconds(10)).microseconds);
  EXPECT_EQ(refusal_of(old), v1::ENVELOPE_EXPIRED);
}

TEST_F(Admission, RefusesAnAlteredEnvelopeAndAdmitsItsNeighbours) {
  const std::vector<v1::Envelope> three{envelope(), envelope(), envelope()};
  auto batch = sealed(three);
  auto altered = three[1];
  altered.mutable_document()->set_type("RES");
  batch.mutable_items(1)->set_content(altered.SerializeAsString());
  const auto client = welcomed("NZ");
  client->send(submission(batch));
  const auto second = client->read_receipt(three[1].id());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->reason(), v1::ENVELOPE_ALTERED);
  const auto third = client->read_receipt(three[2].id());
  ASSERT_TRUE(third);
  EXPECT_EQ(third->kind(), v1::RECEIPT_KIND_ADMITTED);
}

TEST_F(Admission, RefusesAnAlteredProof) {
  const std::vector<v1::Envelope> three{envelope(), envelope(), envelope()};
  const std::uint64_t second = 1;
  const auto extract = trust::extract(sealed(three).SerializeAsString(), {&second, 1});
  ASSERT_TRUE(extract) << describe(extract.error());
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(*extract));
  (*batch.mutable_items(0)->mutable_path(0))[5] ^= 1;
  EXPECT_EQ(refusal_in(batch), v1::PROOF_ALTERED);
}

TEST_F(Admission, RefusesAnotherBodyUnderAnIdThatIsOnRecord) {
  const auto first = envelope();
  const auto client = welcomed("NZ");
  client->send(submission(sealed({first})));
  ASSERT_TRUE(client->read_receipt(first.id()));
  auto other = first;
  other.set_traceparent("another body");
  client->send(submission(sealed({other})));
  const auto receipt = client->read_receipt(first.id());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->kind(), v1::RECEIPT_KIND_REFUSED);
  EXPECT_EQ(receipt->reason(), v1::ENVELOPE_ID_CONFLICT);
}

TEST_F(Admission, GivesTheFirstReceiptAgainByteForByteForTheSameEnvelope) {
  const auto batch = submission(sealed({envelope()}));
  const auto client = welcomed("NZ");
  client->send(batch);
  const auto first = client->read_receipts_bytes();
  ASSERT_TRUE(first);
  client->send(batch);
  const auto again = client->read_receipts_bytes();
  ASSERT_TRUE(again);
  EXPECT_EQ(*first, *again);
}

TEST_F(Admission, GivesTheFirstReceiptAgainOnALaterConnection) {
  const auto batch = submission(sealed({envelope()}));
  const auto client = welcomed("NZ");
  client->send(batch);
  const auto first = client->read_receipts_bytes();
  ASSERT_TRUE(first);
  const auto later = connect(identity("NZ"));
  v1::NodeFrame hello;
  hello.mutable_hello()->set_protocol(1);
  hello.mutable_hello()->set_party("NZ");
  hello.mutable_hello()->set_receipts_recorded_up_to(1);
  later->send(hello);
  later->send(batch);
  const auto again = later->read_receipts_bytes();
  ASSERT_TRUE(again);
  EXPECT_EQ(*first, *again);
}

TEST_F(Admission, RefusesABatchWhoseSealsSignatureIsWrong) {
  auto batch = sealed({envelope()});
  v1::SealStatement statement;
  ASSERT_TRUE(statement.ParseFromString(batch.seal().statement()));
  statement.set_sealed_at(statement.sealed_at() + 1);
  batch.mutable_seal()->set_statement(statement.SerializeAsString());
  EXPECT_EQ(refusal_in(batch), v1::SEAL_SIGNATURE_WRONG);
}

TEST_F(Admission, RefusesABatchThatAnotherSealed) {
  EXPECT_EQ(refusal_in(sealed({envelope()}, "CN")), v1::SENDER_NOT_PEER);
}

TEST_F(Admission, RefusesABatchThatCannotBeRead) {
  const auto client = welcomed("NZ");
  v1::NodeFrame frame;
  frame.add_submissions("not a sealed batch");
  client->send(frame);
  const auto receipt = client->read_receipt();
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->reason(), v1::SEAL_MALFORMED);
}

}  // namespace
}  // namespace gnc::connection::admission_test
