#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/document/document.h"
#include "tests/nodes/core/node_world.h"
#include "trust/seal/merkle.h"

namespace gnc::nodes::recipient_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string plain(std::uint64_t number) {
  return envelope_to_cn(number, declaration(std::to_string(number))).SerializeAsString();
}

std::vector<v1::ReceiptKind> kinds(const std::vector<v1::Receipt>& receipts) {
  std::vector<v1::ReceiptKind> found;
  found.reserve(receipts.size());
  for (const v1::Receipt& one : receipts) found.push_back(one.kind());
  return found;
}

// CN, welcomed.
struct Recipient : testing::Test {
  Recipient() { node.connect(); }

  v1::MetaData answer() const {
    v1::SealedBatch batch;
    v1::Envelope carrying;
    v1::MetaData document;
    if (!batch.ParseFromString(*node.store.batches.rbegin()->second.bytes) ||
        !carrying.ParseFromString(batch.items(0).content()) ||
        !document.ParseFromString(carrying.document().structured())) {
      throw std::runtime_error("no answer");
    }
    return document;
  }

  trust::Signer& nz() const { return *node.world.nz; }

  OneNode node{"CN"};
};

TEST_F(Recipient, RecordsDecidesAnswersAndReceiptsInOneTransaction) {
  const v1::Envelope sent = envelope_to_cn(1, declaration("ref-1"));
  const Uuid id = *Uuid::from_bytes(sent.id());
  node.deliver({sent.SerializeAsString()}, nz());
  EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_DELIVERED, v1::EVENT_KIND_BUSINESS_DECIDED,
                                        v1::EVENT_KIND_LODGED, v1::EVENT_KIND_SEALED));
  EXPECT_THAT(kinds(node.given()), ElementsAre(v1::RECEIPT_KIND_DELIVERED, v1::RECEIPT_KIND_PROCESSED));
  EXPECT_EQ(node.given()[0].envelope_digest(), trust::leaf_hash(sent.SerializeAsString()).view());
  ASSERT_EQ(node.sent_of<SendSubmission>().size(), 1u);
  ASSERT_EQ(node.sent_of<SendCredit>().size(), 1u);
  EXPECT_EQ(node.sent_of<SendCredit>()[0]->envelopes, 1u);

  ASSERT_EQ(node.store.inbox.size(), 1u);
  const DecisionRecord& decision = node.store.decisions.at(id);
  EXPECT_EQ(decision.outcome, Outcome::accepted);
  ASSERT_TRUE(decision.answer);
  const OutgoingRecord& answering = node.store.outgoing.at(*decision.answer);
  EXPECT_EQ(answering.answers, id);
  EXPECT_EQ(answering.message, "response");
  EXPECT_EQ(answering.recipient.text(), "NZ");
  EXPECT_EQ(answering.conversation.view(), sent.conversation());
  const v1::MetaData document = answer();
  EXPECT_EQ(document.response(0).function_code().value(), "01");
  EXPECT_EQ(document.response(0).declaration().functional_reference_id().value(), "ref-1");
  EXPECT_EQ(document.response(0).declaration().acceptance_date_time().value(), "20240501000000Z");
}

TEST_F(Recipient, AnswersWhatDoesNotConformWithEachFaultAndItsPointer) {
  v1::MetaData bad = declaration("ref-1");
  auto& shipment = *bad.mutable_declaration()->mutable_goods_shipment();
  shipment.add_government_agency_goods_item();
  shipment.add_government_agency_goods_item()->mutable_sequence_numeric()->set_value("second");
  node.deliver({envelope_to_cn(1, bad).SerializeAsString()}, nz());
  const v1::MetaData document = answer();
  const v1::Response& response = document.response(0);
  EXPECT_EQ(response.function_code().value(), "03");
  EXPECT_TRUE(response.declaration().has_rejection_date_time());
  EXPECT_EQ(response.error_size(), static_cast<int>(model::check(bad).size()));
  bool found = false;
  for (const v1::Error& error : response.error()) {
    if (error.validation_code().value() != "GNC-104") continue;
    found = true;
    ASSERT_EQ(error.pointer_size(), 3);
    EXPECT_EQ(error.pointer(0).document_section_code().value(), "42A");
    EXPECT_EQ(error.pointer(1).document_section_code().value(), "67A");
    EXPECT_EQ(error.pointer(2).document_section_code().value(), "68A");
    EXPECT_EQ(error.pointer(2).sequence_numeric().value(), "2");
    EXPECT_EQ(error.pointer(2).tag_id().value(), "006");
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(model::check(document).empty());
  // Business has dealt with it, if not as the sender would like.
  EXPECT_THAT(kinds(node.given()), ElementsAre(v1::RECEIPT_KIND_DELIVERED, v1::RECEIPT_KIND_PROCESSED));
}

TEST_F(Recipient, GivesTheSameReceiptsForADuplicateAndKeepsItFromBusiness) {
  node.deliver({plain(1)}, nz());
  const std::vector<v1::Receipt> first = node.given();
  for (const bool restarted : {false, true}) {
    if (restarted) {
      node.restart();
      node.connect();
    }
    node.pass(Duration::from_seconds(5));
    node.deliver({plain(1)}, nz());
    EXPECT_THAT(node.kinds(), ElementsAre(v1::EVENT_KIND_DUPLICATE_SUPPRESSED));
    ASSERT_EQ(node.given().size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(node.given()[i].SerializeAsString(), first[i].SerializeAsString());
    }
    EXPECT_EQ(node.core->counters().duplicates_suppressed, 1u);
  }
  EXPECT_EQ(node.store.decisions.size(), 1u);
  EXPECT_EQ(node.store.outgoing.size(), 1u);
}

TEST_F(Recipient, SeesADuplicateInTheSameStepToo) {
  FrameReceived frame{.stream = node.stream, .deliveries = {}, .receipts = {}, .credit = 0};
  frame.deliveries.push_back(node.world.open(node.world.seal({plain(1)}, nz(), node.now)));
  frame.deliveries.push_back(node.world.open(node.world.seal({plain(1)}, nz(), node.now)));
  node.step(std::move(frame));
  EXPECT_EQ(node.store.decisions.size(), 1u);
  EXPECT_EQ(node.given().size(), 4u);
  EXPECT_THAT(node.store.broken_rules, IsEmpty());
}

TEST_F(Recipient, RefusesTheSameIdWithOtherBytesAsAConflict) {
  node.deliver({plain(1)}, nz());
  node.deliver({envelope_to_cn(1, declaration("another")).SerializeAsString()}, nz());
  ASSERT_EQ(node.given().size(), 1u);
  EXPECT_EQ(node.given()[0].kind(), v1::RECEIPT_KIND_REFUSED);
  EXPECT_EQ(node.given()[0].reason(), v1::ENVELOPE_ID_CONFLICT);
  EXPECT_EQ(node.store.rejections.size(), 1u);
  EXPECT_EQ(node.store.inbox.size(), 1u);
}

TEST_F(Recipient, LocatesTheOneAlteredEnvelope) {
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(node.world.seal({plain(1), plain(2)}, nz(), node.now)));
  v1::Envelope altered = envelope_to_cn(2, declaration("2"));
  altered.set_agreement("NZ-XX");
  batch.mutable_items(1)->set_content(altered.SerializeAsString());
  node.deliver_batch(batch.SerializeAsString());
  EXPECT_THAT(kinds(node.given()),
              ElementsAre(v1::RECEIPT_KIND_DELIVERED, v1::RECEIPT_KIND_PROCESSED, v1::RECEIPT_KIND_REFUSED));
  EXPECT_EQ(node.given()[2].reason(), v1::ENVELOPE_ALTERED);
  EXPECT_EQ(node.given()[2].exchange(), altered.id());
  EXPECT_EQ(node.store.inbox.size(), 1u);
  ASSERT_EQ(node.store.rejections.size(), 1u);
  EXPECT_EQ(node.store.rejections[0].reason, v1::ENVELOPE_ALTERED);
}

TEST_F(Recipient, RefusesABatchWhoseSealDoesNotHoldEnvelopeByEnvelope) {
  v1::SealedBatch batch;
  ASSERT_TRUE(batch.ParseFromString(node.world.seal({plain(1)}, nz(), node.now)));
  batch.mutable_seal()->mutable_signature()->back() ^= 1;
  node.deliver_batch(batch.SerializeAsString());
  ASSERT_EQ(node.given().size(), 1u);
  EXPECT_EQ(node.given()[0].reason(), v1::SEAL_SIGNATURE_WRONG);
  EXPECT_TRUE(node.store.inbox.empty());
  EXPECT_EQ(node.store.rejections.size(), 1u);
}

TEST_F(Recipient, DoesNotRefuseWhatItCannotJudgeForWantOfARevocationList) {
  FrameReceived frame{.stream = node.stream, .deliveries = {}, .receipts = {}, .credit = 0};
  frame.deliveries.push_back({node.world.seal({plain(1)}, nz(), node.now),
                              failure(v1::REVOCATION_LIST_STALE, "the list of NZ is of yesterday")});
  node.step(std::move(frame));
  EXPECT_TRUE(node.given().empty());
  ASSERT_EQ(node.sent_of<CloseStream>().size(), 1u);
  EXPECT_EQ(node.sent_of<CloseStream>()[0]->reason.code, v1::REVOCATION_LIST_STALE);
  EXPECT_TRUE(node.store.rejections.empty());
}

struct Unacceptable {
  const char* what;
  std::function<void(v1::Envelope&)> change;
  v1::ErrorCode code;
};

std::function<void(v1::Envelope&)> with_original(const char* original, const char* media_type) {
  return [=](v1::Envelope& envelope) {
    v1::CarriedDocument& document = *envelope.mutable_document();
    document.set_original(original);
    document.set_original_media_type(media_type);
    document.set_original_digest(std::string(trust::sha256(document.original()).view()));
    document.set_structured_digest(std::string(trust::sha256(document.structured()).view()));
  };
}

class UnacceptableEnvelope : public testing::TestWithParam<Unacceptable> {};

TEST_P(UnacceptableEnvelope, IsRefusedWithItsCodeAndNeverReachesBusiness) {
  OneNode node("CN");
  node.connect();
  v1::Envelope bad = envelope_to_cn(1, declaration("a"));
  GetParam().change(bad);
  for (int again = 0; again < 2; ++again) {
    node.deliver({bad.SerializeAsString(), plain(2)}, *node.world.nz);
    const std::vector<v1::Receipt> given = node.given();
    ASSERT_EQ(given.size(), 3u);
    EXPECT_EQ(given[0].kind(), v1::RECEIPT_KIND_REFUSED);
    EXPECT_EQ(given[0].reason(), GetParam().code) << given[0].detail();
    EXPECT_FALSE(given[0].detail().empty());
    EXPECT_EQ(given[1].kind(), v1::RECEIPT_KIND_DELIVERED);
  }
  EXPECT_EQ(node.store.decisions.size(), 1u);
  EXPECT_THAT(node.store.broken_rules, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, UnacceptableEnvelope,
    testing::Values(
        Unacceptable{"NoId", [](v1::Envelope& e) { e.clear_id(); }, v1::ENVELOPE_MALFORMED},
        Unacceptable{"NoConversation", [](v1::Envelope& e) { e.set_conversation("x"); },
                     v1::ENVELOPE_MALFORMED},
        Unacceptable{"OtherSender", [](v1::Envelope& e) { e.set_sender("AU"); }, v1::SENDER_NOT_PEER},
        Unacceptable{"OtherRecipient", [](v1::Envelope& e) { e.set_recipient("AU"); },
                     v1::ENVELOPE_MALFORMED},
        Unacceptable{"NoSuchAgreement", [](v1::Envelope& e) { e.set_agreement("XX"); }, v1::NO_AGREEMENT},
        Unacceptable{"NoDocument", [](v1::Envelope& e) { e.clear_document(); }, v1::ENVELOPE_MALFORMED},
        Unacceptable{
            "DigestOfStructured",
            [](v1::Envelope& e) { e.mutable_document()->set_structured_digest(std::string(32, 'x')); },
            v1::ORIGINAL_DIFFERS},
        Unacceptable{"OriginalSaysOther",
                     with_original(R"({"declaration":{"functionCode":{"value":"13"}}})", "application/json"),
                     v1::ORIGINAL_DIFFERS},
        Unacceptable{"OriginalNotWellFormed", with_original("<MetaData", "application/xml"),
                     v1::DOCUMENT_NOT_WELL_FORMED},
        Unacceptable{"OriginalOfNoKind", with_original("x", "text/plain"), v1::DOCUMENT_KIND_UNKNOWN}),
    [](const auto& one) { return one.param.what; });

}  // namespace
}  // namespace gnc::nodes::recipient_test
