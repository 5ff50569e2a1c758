#include <gmock/gmock.h>

#include "gateway/core/exchange_states.h"
#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::receipt_intake_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto admitted_receipt = v1::RECEIPT_KIND_ADMITTED;
constexpr auto delivered_receipt = v1::RECEIPT_KIND_DELIVERED;
constexpr auto processed_receipt = v1::RECEIPT_KIND_PROCESSED;
constexpr auto refused_receipt = v1::RECEIPT_KIND_REFUSED;

class Receipts : public GatewayTest {
 protected:
  Receipts() {
    connect(1, "NZ");
    connect(2, "CN");
  }

  Effects give(const Draft& about, v1::ReceiptKind kind) {
    return give_receipts(2, "CN", "NZ", {receipt(about, kind)});
  }
  Draft answer_to(const Draft& made) {
    Draft answer = draft("response");
    answer.sender = made.recipient;
    answer.recipient = made.sender;
    answer.conversation = made.conversation;
    answer.document_type = "RES";
    answer.answers = std::string(made.id.view());
    answer.created_at = now;
    answer.expires_at = now + Duration::from_seconds(600);
    return answer;
  }
};

TEST_F(Receipts, ADeliveredReceiptEndsAnExchangeThatNeedsNoAnswer) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  const Effects effects = give(made, delivered_receipt);
  EXPECT_EQ(state(made), ExchangeState::delivered);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt));
  EXPECT_THAT(sent<SendReceipts>(effects), SizeIs(1));
  EXPECT_EQ(core->counters().delivered, 1u);
  EXPECT_EQ(core->counters().waiting, 0u);
  EXPECT_EQ(core->counters().in_flight, 0u);
}

TEST_F(Receipts, ArePassedOnAsTheRecipientSealedThem) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  IncomingBatch batch = sealed_receipts("CN", "NZ", {receipt(made, delivered_receipt)});
  const std::string bytes = batch.bytes;
  const Effects effects =
      step_one(FrameReceived{.session = 2, .submissions = {}, .receipts = batches(std::move(batch))});
  ASSERT_THAT(effects.persist.receipts, SizeIs(1));
  EXPECT_EQ(effects.persist.receipts.front().bytes, bytes);
  EXPECT_EQ(effects.persist.receipts.front().audience.text(), "NZ");
  EXPECT_EQ(effects.persist.receipts.front().position, 2u);
}

TEST_F(Receipts, WaitForTheAnswerFromDeliveryOn) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  wait(Duration::from_seconds(10));
  give(made, delivered_receipt);
  EXPECT_EQ(state(made), ExchangeState::delivered);
  EXPECT_EQ(store.exchanges.at(made.id).record.answer_due_at, now + Duration::from_seconds(60));
  give(made, processed_receipt);
  EXPECT_EQ(state(made), ExchangeState::processed);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt, processed_receipt));
}

TEST_F(Receipts, ARecipientMayRefuseAtDeliveryOrLater) {
  const Draft early = draft(), late = draft("declaration");
  submit(1, "NZ", {early, late});
  give(early, refused_receipt);
  EXPECT_EQ(state(early), ExchangeState::refused);
  give(late, delivered_receipt);
  const Effects effects = give(late, refused_receipt);
  EXPECT_EQ(state(late), ExchangeState::refused);
  ASSERT_THAT(effects.persist.changes, SizeIs(1));
  EXPECT_EQ(effects.persist.changes.front().reason, v1::ELEMENT_MISSING);
  EXPECT_EQ(effects.persist.changes.front().detail, "no consignee");
  EXPECT_THAT(core->counters().refusals_by_code, ElementsAre(std::pair{v1::ELEMENT_MISSING, 2u}));
}

TEST_F(Receipts, AnAnswerProcessesTheExchangeThatItAnswers) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  give(made, delivered_receipt);
  const Draft answer = answer_to(made);
  EXPECT_THAT(delivered(submit(2, "CN", {answer})), ElementsAre(answer.id));
  EXPECT_EQ(state(made), ExchangeState::processed);
  give(made, processed_receipt);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt)) << "the answer itself says it";
  EXPECT_EQ(core->counters().receipts_ignored, 1u);
}

TEST_F(Receipts, AnAnswerAfterTheProcessedReceiptIsDelivered) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  give(made, delivered_receipt);
  give(made, processed_receipt);
  const Draft answer = answer_to(made);
  EXPECT_THAT(delivered(submit(2, "CN", {answer})), ElementsAre(answer.id));
  EXPECT_THAT(store.exchanges.at(made.id).ends, ElementsAre(ExchangeState::processed));
}

TEST_F(Receipts, AnAnswerBeforeThemIsNoEndForTheyMayBeLost) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  submit(2, "CN", {answer_to(made)});
  EXPECT_EQ(state(made), ExchangeState::admitted);
  // The stream took the receipts with it: what it was to state them for is delivered again.
  disconnect(2);
  connect(2, "CN");
  EXPECT_THAT(delivered(wait(Duration::from_seconds(60))), ElementsAre(made.id));
  give_receipts(2, "CN", "NZ", {receipt(made, delivered_receipt), receipt(made, processed_receipt)});
  EXPECT_EQ(state(made), ExchangeState::processed);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt, processed_receipt));
}

TEST_F(Receipts, InAFrameComeBeforeTheAnswersInIt) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  step_one(
      FrameReceived{.session = 2,
                    .submissions = batches(sealed_envelopes("CN", {answer_to(made).bytes()})),
                    .receipts = batches(sealed_receipts("CN", "NZ", {receipt(made, delivered_receipt)}))});
  EXPECT_EQ(state(made), ExchangeState::processed);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt));
}

TEST_F(Receipts, AnAnswerMayAnswerWhatIsInTheStoreOnly) {
  const Draft made = draft("declaration");
  submit(1, "NZ", {made});
  give(made, delivered_receipt);
  give(made, processed_receipt);
  restart();
  connect(2, "CN");
  EXPECT_THAT(submit(2, "CN", {answer_to(made)}).persist.exchanges, SizeIs(1));
}

TEST_F(Receipts, TakesAReceiptForWhatASessionLost) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(2);
  connect(2, "CN");
  give(made, delivered_receipt);
  EXPECT_EQ(state(made), ExchangeState::delivered);
  EXPECT_THAT(delivered(wait(Duration::from_seconds(60))), IsEmpty());
}

TEST_F(Receipts, TakesAReceiptAfterARestart) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  restart();
  connect(1, "NZ", 10, 1);
  connect(2, "CN", 0);
  give(made, delivered_receipt);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt));
}

// ---- What does not hold -------------------------------------------------------------------------

TEST_F(Receipts, IgnoresWhatIsRepeated) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  give(made, delivered_receipt);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(give(made, delivered_receipt).persist.empty());
  EXPECT_EQ(core->counters().receipts_ignored, 2u);
  EXPECT_EQ(core->counters().delivered, 1u);
}

TEST_F(Receipts, IgnoresWhatIsNotTheRecipientsToState) {
  Draft to_au = draft();
  to_au.recipient = "AU";
  to_au.agreement = "NZ-AU";
  const Draft to_cn = draft();
  submit(1, "NZ", {to_au, to_cn});
  v1::Receipt for_another = receipt(to_au, delivered_receipt);
  for_another.set_issuer("CN");
  v1::Receipt as_another = receipt(to_cn, delivered_receipt);
  as_another.set_issuer("AU");
  v1::Receipt other_bytes = receipt(to_cn, delivered_receipt);
  other_bytes.set_envelope_digest(std::string(32, 'x'));
  v1::Receipt unknown = receipt(draft(), delivered_receipt);
  v1::Receipt no_id = receipt(to_cn, delivered_receipt);
  no_id.set_exchange("no id");
  const Effects effects = give_receipts(
      2, "CN", "NZ",
      {for_another, as_another, other_bytes, unknown, no_id, receipt(to_cn, v1::RECEIPT_KIND_EXPIRED),
       receipt(to_cn, admitted_receipt), receipt(to_cn, v1::RECEIPT_KIND_DEAD_LETTERED), v1::Receipt{}});
  EXPECT_TRUE(effects.persist.empty());
  EXPECT_EQ(core->counters().receipts_ignored, 9u);
}

TEST_F(Receipts, IgnoresThoseSealedForAnotherThanTheSender) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  EXPECT_TRUE(give_receipts(2, "CN", "AU", {receipt(made, delivered_receipt)}).persist.empty());
  EXPECT_TRUE(give_receipts(2, "CN", "", {receipt(made, delivered_receipt)}).persist.empty());
  EXPECT_EQ(state(made), ExchangeState::admitted);
}

TEST_F(Receipts, PassesOnOnlyThoseThatHold) {
  const Draft first = draft(), second = draft(), third = draft();
  submit(1, "NZ", {first, second, third});
  const Effects effects =
      give_receipts(2, "CN", "NZ",
                    {receipt(first, delivered_receipt), receipt(draft(), delivered_receipt),
                     receipt(third, delivered_receipt)});
  ASSERT_THAT(effects.persist.receipts, SizeIs(1));
  v1::SealedBatch passed;
  ASSERT_TRUE(passed.ParseFromString(effects.persist.receipts.front().bytes));
  ASSERT_EQ(passed.items_size(), 2);
  EXPECT_EQ(passed.items(0).leaf_index(), 0u);
  EXPECT_EQ(passed.items(1).leaf_index(), 2u);
  EXPECT_GT(passed.items(1).path_size(), 0);
  EXPECT_EQ(state(second), ExchangeState::admitted);
}

TEST_F(Receipts, EndASessionWhoseBatchDoesNotHold) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  const auto ends_with = [&](IncomingBatch batch) {
    connect(2, "CN");
    const auto ended = sent<EndSession>(
        step_one(FrameReceived{.session = 2, .submissions = {}, .receipts = batches(std::move(batch))}));
    return ended.size() == 1 ? ended.front().reason.code : v1::ERROR_CODE_UNSPECIFIED;
  };
  EXPECT_EQ(ends_with({"no batch at all, and too long to be kept in place",
                       failure(v1::CERTIFICATE_REVOKED, "revoked")}),
            v1::CERTIFICATE_REVOKED);
  EXPECT_EQ(ends_with(sealed_envelopes("CN", {made.bytes()})), v1::SEAL_MALFORMED);
  EXPECT_EQ(ends_with(sealed_receipts("AU", "NZ", {receipt(made, delivered_receipt)})), v1::SENDER_NOT_PEER);
  IncomingBatch part = sealed_receipts("CN", "NZ", {receipt(made, delivered_receipt)});
  part.opened->complete = false;
  EXPECT_EQ(ends_with(std::move(part)), v1::SEAL_MALFORMED);
  EXPECT_EQ(state(made), ExchangeState::admitted);
}

TEST_F(Receipts, NothingFollowsADeliveryThatNeedsNoAnswer) {
  const Draft made = draft();
  submit(1, "NZ", {made});
  give_receipts(
      2, "CN", "NZ",
      {receipt(made, delivered_receipt), receipt(made, processed_receipt), receipt(made, refused_receipt)});
  EXPECT_EQ(state(made), ExchangeState::delivered);
  EXPECT_THAT(kinds(made), ElementsAre(admitted_receipt, delivered_receipt));
  EXPECT_EQ(core->counters().receipts_ignored, 2u);
}

// ---- Every state and every receipt --------------------------------------------------------------

struct Case {
  ExchangeState before;
  v1::ReceiptKind receipt;
  ExchangeState after;
};

class ReceiptInState : public Receipts, public testing::WithParamInterface<Case> {
 protected:
  ReceiptInState() {
    config.max_attempts = 1;
    restart();
    connect(1, "NZ");
    connect(2, "CN");
  }

  // Takes a declaration to a state by the ordinary way.
  Draft in_state(ExchangeState wanted) {
    wait(config.retry_ceiling);
    Draft made = draft("declaration");
    submit(1, "NZ", {made});
    switch (wanted) {
      case ExchangeState::admitted:
        break;
      case ExchangeState::delivered:
        give(made, delivered_receipt);
        break;
      case ExchangeState::processed:
        give(made, processed_receipt);
        break;
      case ExchangeState::refused:
        give(made, refused_receipt);
        break;
      case ExchangeState::expired:
        give(made, delivered_receipt);
        wait(Duration::from_seconds(61));
        break;
      case ExchangeState::dead_lettered:
        disconnect(2);
        connect(2, "CN");
        break;
    }
    return made;
  }
};

TEST_P(ReceiptInState, MovesAsTheDiagramHasItOrNotAtAll) {
  const auto [before, kind, after] = GetParam();
  for (const bool settled : {false, true}) {
    const Draft made = in_state(before);
    ASSERT_EQ(state(made), before);
    if (settled) {
      step_one(TimePassed{});
      step_one(TimePassed{});
    }
    const std::size_t receipts_before = kinds(made).size();
    give(made, kind);
    EXPECT_EQ(state(made), after);
    EXPECT_EQ(kinds(made).size(), receipts_before + (before == after ? 0 : 1));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ReceiptInState,
    testing::Values(Case{ExchangeState::admitted, delivered_receipt, ExchangeState::delivered},
                    Case{ExchangeState::admitted, processed_receipt, ExchangeState::processed},
                    Case{ExchangeState::admitted, refused_receipt, ExchangeState::refused},
                    Case{ExchangeState::delivered, delivered_receipt, ExchangeState::delivered},
                    Case{ExchangeState::delivered, processed_receipt, ExchangeState::processed},
                    Case{ExchangeState::delivered, refused_receipt, ExchangeState::refused},
                    Case{ExchangeState::processed, delivered_receipt, ExchangeState::processed},
                    Case{ExchangeState::processed, processed_receipt, ExchangeState::processed},
                    Case{ExchangeState::processed, refused_receipt, ExchangeState::processed},
                    Case{ExchangeState::refused, delivered_receipt, ExchangeState::refused},
                    Case{ExchangeState::refused, processed_receipt, ExchangeState::refused},
                    Case{ExchangeState::refused, refused_receipt, ExchangeState::refused},
                    Case{ExchangeState::expired, delivered_receipt, ExchangeState::expired},
                    Case{ExchangeState::expired, processed_receipt, ExchangeState::expired},
                    Case{ExchangeState::expired, refused_receipt, ExchangeState::expired},
                    Case{ExchangeState::dead_lettered, delivered_receipt, ExchangeState::dead_lettered},
                    Case{ExchangeState::dead_lettered, processed_receipt, ExchangeState::dead_lettered},
                    Case{ExchangeState::dead_lettered, refused_receipt, ExchangeState::dead_lettered}));

TEST(ExchangeMoves, LeaveATerminalStateByAReplayOnly) {
  constexpr std::array states{ExchangeState::admitted,  ExchangeState::delivered,
                              ExchangeState::processed, ExchangeState::refused,
                              ExchangeState::expired,   ExchangeState::dead_lettered};
  for (const ExchangeState from : states) {
    for (const ExchangeState to : states) {
      if (!may_move(from, to) || !is_terminal(from, true)) continue;
      EXPECT_EQ(from, ExchangeState::dead_lettered);
      EXPECT_EQ(to, ExchangeState::admitted);
    }
  }
}

}  // namespace
}  // namespace gnc::gateway::receipt_intake_test
