#include <gmock/gmock.h>

#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::admission_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Admission : public GatewayTest {
 protected:
  Admission() { connect(1, "NZ"); }

  v1::ErrorCode refusal_of(const Draft& made) { return refused(submit(1, "NZ", {made})); }
  v1::ErrorCode refusal_of_bytes(const std::string& envelope) {
    return refused(step_one(FrameReceived{
        .session = 1, .submissions = batches(sealed_envelopes("NZ", {envelope})), .receipts = {}}));
  }
  v1::ErrorCode refusal_of_envelope(const v1::Envelope& envelope) {
    return refusal_of_bytes(envelope.SerializeAsString());
  }
};

TEST_F(Admission, RecordsTheBatchTheExchangeAndTheReceiptInOneTransaction) {
  const Draft made = draft();
  const Effects effects = submit(1, "NZ", {made});
  ASSERT_THAT(effects.persist.batches, SizeIs(1));
  ASSERT_THAT(effects.persist.exchanges, SizeIs(1));
  const ExchangeRecord& record = effects.persist.exchanges.front();
  EXPECT_EQ(record.id, made.id);
  EXPECT_EQ(record.location, (EnvelopeLocation{1, 0}));
  EXPECT_EQ(record.sequence, 1u);
  EXPECT_EQ(record.recipient.text(), "CN");
  EXPECT_EQ(record.conversation, made.conversation);
  EXPECT_EQ(record.agreement, "NZ-CN");
  EXPECT_EQ(record.message, "notice");
  EXPECT_EQ(record.size, made.bytes().size());
  EXPECT_FALSE(record.answer_due);
  ASSERT_THAT(effects.persist.receipts, SizeIs(1));
  EXPECT_THAT(kinds(made), ElementsAre(v1::RECEIPT_KIND_ADMITTED));
  const auto sent_receipts = sent<SendReceipts>(effects);
  ASSERT_THAT(sent_receipts, SizeIs(1));
  EXPECT_EQ(sent_receipts.front().bytes, effects.persist.receipts.front().bytes);
  EXPECT_EQ(core->counters().admitted, 1u);
}

TEST_F(Admission, SealsTheReceiptsOfOneStepOnce) {
  std::vector<Event> events;
  events.reserve(3);
  for (int frame = 0; frame < 3; ++frame) {
    events.emplace_back(
        FrameReceived{.session = 1,
                      .submissions = batches(sealed_envelopes("NZ", {draft().bytes(), draft().bytes()}),
                                             sealed_envelopes("NZ", {draft().bytes()})),
                      .receipts = {}});
  }
  const Effects effects = step(std::move(events));
  EXPECT_THAT(effects.persist.batches, SizeIs(6));
  EXPECT_THAT(effects.persist.exchanges, SizeIs(9));
  ASSERT_THAT(effects.persist.receipts, SizeIs(1));
  EXPECT_THAT(receipts_in(effects.persist.receipts.front().bytes), SizeIs(9));
  EXPECT_THAT(effects.persist.heads, SizeIs(1));
}

TEST_F(Admission, SaysHowLongAnAnswerMayTake) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  const ExchangeRecord& record = store.exchanges.at(made.id).record;
  EXPECT_TRUE(record.answer_due);
  EXPECT_EQ(record.answer_due_at, made.expires_at + Duration::from_seconds(60));
}

TEST_F(Admission, KeepsTheGoodEnvelopesOfABatchWithABadOne) {
  Draft good = draft(), bad = draft(), better = draft();
  bad.message = "gossip";
  const Effects effects = submit(1, "NZ", {good, bad, better});
  EXPECT_THAT(effects.persist.batches, SizeIs(1));
  ASSERT_THAT(effects.persist.exchanges, SizeIs(2));
  EXPECT_EQ(effects.persist.exchanges[1].location.index, 2u);
  EXPECT_EQ(refused(effects), v1::MESSAGE_NOT_IN_BLOCK);
  EXPECT_THAT(kinds(bad), ElementsAre(v1::RECEIPT_KIND_REFUSED));
}

TEST_F(Admission, KeepsNoBatchOfWhichNothingIsAdmitted) {
  Draft made = draft();
  made.message = "gossip";
  const Effects effects = submit(1, "NZ", {made});
  EXPECT_THAT(effects.persist.batches, IsEmpty());
  EXPECT_THAT(effects.persist.refusals, SizeIs(1));
}

TEST_F(Admission, RefusesABatchThatDoesNotOpenAsAWhole) {
  const Effects effects =
      step_one(FrameReceived{.session = 1,
                             .submissions = batches(IncomingBatch{
                                 "not a batch, and too long to be kept in place",
                                 failure(v1::SEAL_SIGNATURE_WRONG, "The signature does not verify.")}),
                             .receipts = {}});
  EXPECT_EQ(refused(effects), v1::SEAL_SIGNATURE_WRONG);
  const RefusalRecord& refusal = effects.persist.refusals.front();
  EXPECT_FALSE(refusal.authentic);
  EXPECT_EQ(refusal.id, "");
  const auto receipts = store.read_receipts("NZ");
  ASSERT_THAT(receipts, SizeIs(1));
  EXPECT_EQ(receipts.front().receipt.exchange(), "");
  EXPECT_EQ(receipts.front().receipt.envelope_digest(), "");
  EXPECT_EQ(receipts.front().receipt.detail(), "The signature does not verify.");
}

TEST_F(Admission, RefusesABatchSealedForAnotherPurpose) {
  const Effects effects = step_one(FrameReceived{
      .session = 1,
      .submissions = batches(sealed_receipts("NZ", "CN", {receipt(draft(), v1::RECEIPT_KIND_DELIVERED)})),
      .receipts = {}});
  EXPECT_EQ(refused(effects), v1::SEAL_MALFORMED);
}

TEST_F(Admission, RefusesAnAlteredLeafAndBindsNothingToItsId) {
  const Draft made = draft();
  for (const v1::ErrorCode fault : {v1::ENVELOPE_ALTERED, v1::PROOF_ALTERED}) {
    IncomingBatch batch = sealed_envelopes("NZ", {made.bytes()});
    batch.opened->items[0].fault = fault;
    const Effects effects =
        step_one(FrameReceived{.session = 1, .submissions = batches(std::move(batch)), .receipts = {}});
    EXPECT_EQ(refused(effects), fault);
    EXPECT_FALSE(effects.persist.refusals.front().authentic);
    EXPECT_EQ(effects.persist.refusals.front().id, made.id.view());
  }
  EXPECT_THAT(submit(1, "NZ", {made}).persist.exchanges, SizeIs(1));
}

TEST_F(Admission, RefusesPartOfABatch) {
  IncomingBatch batch = sealed_envelopes("NZ", {draft().bytes()});
  batch.opened->complete = false;
  EXPECT_EQ(refused(step_one(
                FrameReceived{.session = 1, .submissions = batches(std::move(batch)), .receipts = {}})),
            v1::SEAL_MALFORMED);
}

TEST_F(Admission, RefusesASenderThatIsNotThePeer) {
  Draft made = draft();
  made.sender = "AU";
  const Effects effects = submit(1, "NZ", {made});
  EXPECT_EQ(refused(effects), v1::SENDER_NOT_PEER);
  EXPECT_FALSE(effects.persist.refusals.front().authentic);
}

TEST_F(Admission, RefusesABatchThatAnotherThanThePeerHasSealed) {
  EXPECT_EQ(refused(submit(1, "AU", {draft()})), v1::SENDER_NOT_PEER);
}

TEST_F(Admission, RefusesWhatIsNoEnvelope) {
  EXPECT_EQ(refusal_of_bytes("\x0a\xff\xff\xff"), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(refusal_of_bytes("plain text"), v1::ENVELOPE_MALFORMED);
}

TEST_F(Admission, RefusesAnEnvelopeThatLacksWhatEveryEnvelopeHas) {
  const auto without = [&](auto clear) {
    v1::Envelope envelope = draft().envelope();
    clear(envelope);
    return refusal_of_envelope(envelope);
  };
  EXPECT_EQ(without([](auto& e) { e.clear_id(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.set_id("sixteen bytes ..."); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_recipient(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_conversation(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_agreement(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_message(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_created_at(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_expires_at(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.clear_document(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.mutable_document()->clear_original(); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.set_priority(static_cast<v1::Priority>(9)); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.set_answers("short"); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto& e) { e.set_traceparent(std::string(10'000, 'a')); }), v1::ENVELOPE_MALFORMED);
  EXPECT_EQ(without([](auto&) {}), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Admission, RefusesAFieldThatOccursTwiceSinceReadersCouldDiffer) {
  v1::Envelope second;
  second.set_recipient("AU");
  EXPECT_EQ(refusal_of_bytes(draft().bytes() + second.SerializeAsString()), v1::ENVELOPE_MALFORMED);
  v1::Envelope more;
  more.mutable_document()->set_structured("\x3a");
  EXPECT_EQ(refusal_of_bytes(draft().bytes() + more.SerializeAsString()), v1::ENVELOPE_MALFORMED);
}

TEST_F(Admission, AcceptsFieldsOfALaterContract) {
  std::string bytes = draft().bytes();
  bytes += std::string("\xfa\x07\x03new", 6);  // field 127
  EXPECT_EQ(refusal_of_bytes(bytes), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(core->counters().admitted, 1u);
}

TEST_F(Admission, RefusesAnEnvelopeThatHasExpired) {
  Draft made = draft();
  made.expires_at = now;
  EXPECT_EQ(refusal_of(made), v1::ENVELOPE_EXPIRED);
}

TEST_F(Admission, RefusesAnEnvelopeFromTheFutureOrThatLivesTooLong) {
  Draft future = draft();
  future.created_at = now + config.clock_tolerance + Duration{1};
  EXPECT_EQ(refusal_of(future), v1::EXPIRY_TOO_FAR);
  Draft old = draft();
  old.created_at = now + config.clock_tolerance;
  old.expires_at = old.created_at + config.longest_life + Duration{1};
  EXPECT_EQ(refusal_of(old), v1::EXPIRY_TOO_FAR);
  old.expires_at = old.created_at + config.longest_life;
  EXPECT_EQ(refusal_of(old), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Admission, RefusesExtremeTimesWithoutOverflow) {
  Draft made = draft();
  made.created_at = {INT64_MAX};
  made.expires_at = {INT64_MAX};
  EXPECT_EQ(refusal_of(made), v1::EXPIRY_TOO_FAR);
  made.created_at = {INT64_MIN};
  EXPECT_EQ(refusal_of(made), v1::ENVELOPE_MALFORMED);
}

TEST_F(Admission, RefusesARecipientThatNobodyKnows) {
  Draft made = draft();
  made.recipient = "BR";
  EXPECT_EQ(refusal_of(made), v1::RECIPIENT_UNKNOWN);
  made = draft();
  made.recipient = "Atlantis!";
  EXPECT_EQ(refusal_of(made), v1::RECIPIENT_UNKNOWN);
}

TEST_F(Admission, KnowsOnlyTheConfiguredRecipientsWhereThereAreAny) {
  config.parties = {*PartyName::from_text("AU")};
  restart();
  connect(1, "NZ");
  EXPECT_EQ(refusal_of(draft()), v1::RECIPIENT_UNKNOWN);
  Draft made = draft();
  made.recipient = "AU";
  made.agreement = "NZ-AU";
  EXPECT_EQ(refusal_of(made), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Admission, RefusesWhatNoAgreementAllows) {
  Draft made = draft();
  made.agreement = "NZ-AU";
  EXPECT_EQ(refusal_of(made), v1::NO_AGREEMENT);
  made = draft("response");
  EXPECT_EQ(refusal_of(made), v1::MESSAGE_NOT_IN_BLOCK);
  made = draft();
  made.document_type = "RES";
  EXPECT_EQ(refusal_of(made), v1::DOCUMENT_TYPE_NOT_IN_MESSAGE);
}

TEST_F(Admission, RefusesAnAgreementThatIsNotInForce) {
  connect(2, "AU");
  Draft made = draft();
  made.sender = "AU";
  made.agreement = "AU-CN";
  EXPECT_EQ(refused(submit(2, "AU", {made})), v1::AGREEMENT_NOT_IN_FORCE);
}

TEST_F(Admission, GoesByTheAgreementsThatAreInForceNow) {
  const auto none = model::AgreementBook::compile({}, {});
  ASSERT_TRUE(none.has_value());
  step_one(AgreementsReplaced{*none});
  EXPECT_EQ(refusal_of(draft()), v1::RECIPIENT_UNKNOWN);
  step_one(AgreementsReplaced{usual_agreements()});
  EXPECT_EQ(refusal_of(draft()), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Admission, RefusesDigestsThatDoNotMatchTheTwoForms) {
  const auto with_both = [&](auto change) {
    v1::Envelope envelope = draft().envelope();
    v1::CarriedDocument& document = *envelope.mutable_document();
    document.set_structured("\x0a\x02\x0a\x00", 4);
    document.set_structured_digest(std::string(trust::sha256(document.structured()).view()));
    document.set_original_digest(std::string(trust::sha256(document.original()).view()));
    change(document);
    return refusal_of_envelope(envelope);
  };
  EXPECT_EQ(with_both([](auto& d) { d.set_original("<Other/>"); }), v1::ORIGINAL_DIFFERS);
  EXPECT_EQ(with_both([](auto& d) { d.clear_structured_digest(); }), v1::ORIGINAL_DIFFERS);
  EXPECT_EQ(with_both([](auto& d) { d.set_structured_digest(std::string(32, 'x')); }), v1::ORIGINAL_DIFFERS);
  EXPECT_EQ(with_both([](auto& d) { d.clear_structured(); }), v1::ORIGINAL_DIFFERS);
  EXPECT_EQ(with_both([](auto&) {}), v1::ERROR_CODE_UNSPECIFIED);
}

TEST_F(Admission, RefusesForAFullQueueWithoutBindingTheId) {
  config.recipient_queue_limit = 1;
  restart();
  connect(1, "NZ");
  const Draft first = draft(), second = draft();
  submit(1, "NZ", {first});
  const Effects full = submit(1, "NZ", {second});
  EXPECT_EQ(refused(full), v1::RECIPIENT_QUEUE_FULL);
  EXPECT_FALSE(full.persist.refusals.front().authentic);
  connect(2, "CN");
  give_receipts(2, "CN", "NZ", {receipt(first, v1::RECEIPT_KIND_DELIVERED)});
  EXPECT_THAT(submit(1, "NZ", {second}).persist.exchanges, SizeIs(1));
}

TEST_F(Admission, RefusesAnAnswerToNothing) {
  connect(2, "CN");
  Draft answer = draft("response");
  answer.sender = "CN";
  answer.recipient = "NZ";
  answer.document_type = "RES";
  answer.answers = std::string(new_id().view());
  EXPECT_EQ(refused(submit(2, "CN", {answer})), v1::EXCHANGE_UNKNOWN);
}

TEST_F(Admission, RefusesAnAnswerToWhatWasSentToAnother) {
  Draft to_au = draft("declaration");
  to_au.recipient = "AU";
  to_au.agreement = "NZ-AU";
  submit(1, "NZ", {to_au});
  connect(2, "CN");
  Draft answer = draft("response");
  answer.sender = "CN";
  answer.recipient = "NZ";
  answer.document_type = "RES";
  answer.answers = std::string(to_au.id.view());
  EXPECT_EQ(refused(submit(2, "CN", {answer})), v1::EXCHANGE_UNKNOWN);
}

// ---- Duplicates ---------------------------------------------------------------------------------

TEST_F(Admission, ShowsTheFirstReceiptAgainToTheSameEnvelope) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  const Effects again = submit(1, "NZ", {made});
  EXPECT_TRUE(again.persist.empty());
  const auto shown = sent<ResendReceipts>(again);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown.front().first, 1u);
  EXPECT_EQ(shown.front().last, 1u);
  EXPECT_EQ(core->counters().duplicates, 1u);
}

TEST_F(Admission, ShowsTheFirstReceiptAgainAfterARestart) {
  const Draft made = draft();
  Draft bad = draft();
  bad.message = "gossip";
  submit(1, "NZ", {made});
  submit(1, "NZ", {bad});
  restart();
  connect(1, "NZ", 100, 2);
  const Effects again = submit(1, "NZ", {bad, made});
  EXPECT_TRUE(again.persist.exchanges.empty());
  EXPECT_TRUE(again.persist.refusals.empty());
  const auto shown = sent<ResendReceipts>(again);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown.front().first, 1u);
  EXPECT_EQ(shown.front().last, 2u);
}

TEST_F(Admission, ShowsTheFirstReceiptAgainOnceTheExchangeIsOver) {
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  give_receipts(2, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)});
  for (int i = 0; i < 2; ++i) {  // settling, then in the store only
    const auto shown = sent<ResendReceipts>(submit(1, "NZ", {made}));
    ASSERT_THAT(shown, SizeIs(1));
    EXPECT_EQ(shown.front().first, 1u);
  }
  EXPECT_EQ(core->counters().admitted, 1u);
}

TEST_F(Admission, AdmitsAnEnvelopeOnceThatIsInOneStepTwice) {
  const Draft made = draft();
  const Effects effects = submit(1, "NZ", {made, made});
  EXPECT_THAT(effects.persist.exchanges, SizeIs(1));
  EXPECT_THAT(sent<ResendReceipts>(effects), IsEmpty());
  EXPECT_THAT(kinds(made), ElementsAre(v1::RECEIPT_KIND_ADMITTED));
}

TEST_F(Admission, RefusesAnotherEnvelopeUnderAnIdOnRecord) {
  Draft made = draft();
  submit(1, "NZ", {made});
  made.original = "<Other/>";
  EXPECT_EQ(refusal_of(made), v1::ENVELOPE_ID_CONFLICT);
  const Effects again = submit(1, "NZ", {made});
  EXPECT_TRUE(again.persist.empty());
  const auto shown = sent<ResendReceipts>(again);
  ASSERT_THAT(shown, SizeIs(1));
  EXPECT_EQ(shown.front().first, 2u);
}

TEST_F(Admission, RefusesAnothersEnvelopeUnderAnIdOnRecord) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  connect(2, "CN");
  Draft other = made;
  other.sender = "CN";
  other.recipient = "NZ";
  other.message = "notice-back";
  EXPECT_EQ(refused(submit(2, "CN", {other})), v1::ENVELOPE_ID_CONFLICT);
}

TEST_F(Admission, JudgesTwoRefusedEnvelopesOfOneIdEachForItself) {
  Draft made = draft();
  made.message = "gossip";
  EXPECT_EQ(refusal_of(made), v1::MESSAGE_NOT_IN_BLOCK);
  made.message = "notice";
  EXPECT_EQ(refusal_of(made), v1::ERROR_CODE_UNSPECIFIED);
  EXPECT_EQ(state(made), ExchangeState::admitted);
}

// ---- Credit -------------------------------------------------------------------------------------

TEST_F(Admission, EndsASessionThatSubmitsMoreThanItsCredit) {
  config.submission_credit = 2;
  restart();
  connect(1, "NZ");
  const Effects effects = submit(1, "NZ", {draft(), draft(), draft()});
  const auto ended = sent<EndSession>(effects);
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended.front().reason.code, v1::CREDIT_EXCEEDED);
  EXPECT_TRUE(effects.persist.empty());
  EXPECT_THAT(submit(1, "NZ", {draft()}).send, IsEmpty());
}

TEST_F(Admission, GrantsCreditAgainForAllThatItDealtWith) {
  config.submission_credit = 16;
  restart();
  const auto welcome = sent<SendWelcome>(connect(1, "NZ"));
  ASSERT_THAT(welcome, SizeIs(1));
  EXPECT_EQ(welcome.front().credit, 16u);
  for (const std::size_t envelopes : {1u, 16u}) {
    std::vector<Draft> drafts;
    for (std::size_t i = 0; i < envelopes; ++i) drafts.push_back(draft());
    const auto granted = sent<SendCredit>(submit(1, "NZ", drafts));
    ASSERT_THAT(granted, SizeIs(1));
    EXPECT_EQ(granted.front().envelopes, envelopes);
  }
}

}  // namespace
}  // namespace gnc::gateway::admission_test
