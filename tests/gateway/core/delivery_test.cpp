#include <gmock/gmock.h>

#include "tests/gateway/core/gateway_world.h"

namespace gnc::gateway::delivery_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

class Delivery : public GatewayTest {
 protected:
  Delivery() { connect(1, "NZ"); }

  Draft of_class(v1::Priority priority) {
    Draft made = draft();
    made.priority = priority;
    return made;
  }
  static std::vector<Uuid> ids(const std::vector<Draft>& drafts) {
    std::vector<Uuid> all;
    all.reserve(drafts.size());
    for (const Draft& made : drafts) all.push_back(made.id);
    return all;
  }
  std::vector<Uuid> grant(SessionId session, std::uint32_t credit) {
    return delivered(
        step_one(FrameReceived{.session = session, .submissions = {}, .receipts = {}, .credit = credit}));
  }
};

TEST_F(Delivery, SendsToAConnectedRecipientInTheStepOfAdmission) {
  connect(2, "CN");
  const Draft made = draft();
  const Effects effects = submit(1, "NZ", {made});
  ASSERT_THAT(sent<SendDeliveries>(effects), SizeIs(1));
  EXPECT_EQ(sent<SendDeliveries>(effects).front().session, 2u);
  EXPECT_THAT(delivered(effects), ElementsAre(made.id));
  EXPECT_EQ(core->counters().in_flight, 1u);
}

TEST_F(Delivery, WaitsForARecipientThatIsAway) {
  const std::vector<Draft> made{draft(), draft()};
  EXPECT_THAT(delivered(submit(1, "NZ", made)), IsEmpty());
  EXPECT_EQ(core->counters().waiting, 2u);
  EXPECT_THAT(delivered(connect(2, "CN")), ElementsAreArray(ids(made)));
  EXPECT_EQ(store.exchanges.at(made[0].id).record.attempts, 0u);
}

TEST_F(Delivery, StaysWithinTheRecipientsCredit) {
  const std::vector<Draft> made{draft(), draft(), draft()};
  submit(1, "NZ", made);
  EXPECT_THAT(delivered(connect(2, "CN", 1)), ElementsAre(made[0].id));
  EXPECT_THAT(delivered(give_receipts(2, "CN", "NZ", {receipt(made[0], v1::RECEIPT_KIND_DELIVERED)})),
              IsEmpty());
  EXPECT_THAT(grant(2, 2), ElementsAre(made[1].id, made[2].id));
}

TEST_F(Delivery, FillsFramesToTheirLimits) {
  config.delivery_frame_envelopes = 2;
  restart();
  connect(1, "NZ");
  submit(1, "NZ", {draft(), draft(), draft()});
  const auto by_count = sent<SendDeliveries>(connect(2, "CN"));
  ASSERT_THAT(by_count, SizeIs(2));
  EXPECT_THAT(by_count[0].envelopes, SizeIs(2));

  config.delivery_frame_bytes = 1;
  restart();
  EXPECT_THAT(sent<SendDeliveries>(connect(2, "CN")), SizeIs(3)) << "one too large for a frame goes alone";
}

TEST_F(Delivery, SendsUrgentBeforeNormalBeforeBulk) {
  const Draft bulk = of_class(v1::PRIORITY_BULK), normal = of_class(v1::PRIORITY_NORMAL),
              urgent = of_class(v1::PRIORITY_URGENT);
  submit(1, "NZ", {bulk, normal, urgent});
  EXPECT_THAT(delivered(connect(2, "CN")), ElementsAre(urgent.id, normal.id, bulk.id));
}

TEST_F(Delivery, LetsBulkAndNormalGoAfterSixteenOfHigherClasses) {
  std::vector<Draft> made{of_class(v1::PRIORITY_BULK), of_class(v1::PRIORITY_BULK),
                          of_class(v1::PRIORITY_NORMAL)};
  for (int i = 0; i < 40; ++i) made.push_back(of_class(v1::PRIORITY_URGENT));
  submit(1, "NZ", made);
  const std::vector<Uuid> order = delivered(connect(2, "CN"));
  const auto place = [&](const Draft& of) { return std::ranges::find(order, of.id) - order.begin(); };
  EXPECT_EQ(place(made[0]), 16);
  EXPECT_EQ(place(made[2]), 17);
  EXPECT_EQ(place(made[1]), 33);
}

TEST_F(Delivery, KeepsTheOrderOfAConversationWhateverTheClasses) {
  std::vector<Draft> made{of_class(v1::PRIORITY_BULK), of_class(v1::PRIORITY_URGENT),
                          of_class(v1::PRIORITY_NORMAL), of_class(v1::PRIORITY_URGENT)};
  for (Draft& one : made) one.conversation = made[0].conversation;
  const Draft other = of_class(v1::PRIORITY_NORMAL);
  made.push_back(other);
  submit(1, "NZ", made);
  EXPECT_THAT(delivered(connect(2, "CN")),
              ElementsAre(other.id, made[0].id, made[1].id, made[2].id, made[3].id));
}

TEST_F(Delivery, KeepsTheOrderOfAConversationWhenAMemberExpires) {
  std::vector<Draft> made{of_class(v1::PRIORITY_BULK), of_class(v1::PRIORITY_URGENT),
                          of_class(v1::PRIORITY_NORMAL)};
  for (Draft& one : made) one.conversation = made[0].conversation;
  made[0].expires_at = now + Duration::from_seconds(1);
  submit(1, "NZ", made);
  connect(2, "CN", 0);
  wait(Duration::from_seconds(2));
  EXPECT_EQ(state(made[0]), ExchangeState::expired);
  EXPECT_THAT(grant(2, 10), ElementsAre(made[1].id, made[2].id));
}

TEST_F(Delivery, ReturnsWhatWasInFlightAheadOfWhatWaits) {
  std::vector<Draft> made(6);
  std::ranges::generate(made, [&] { return draft(); });
  made[5].conversation = made[0].conversation;
  made[5].priority = v1::PRIORITY_URGENT;
  submit(1, "NZ", made);
  EXPECT_THAT(delivered(connect(2, "CN", 3)), ElementsAre(made[0].id, made[5].id, made[1].id));
  // A new stream of the same party counts no attempt, so that nothing is delayed.
  const Effects effects = connect(3, "CN");
  EXPECT_THAT(delivered(effects),
              ElementsAre(made[0].id, made[5].id, made[1].id, made[2].id, made[3].id, made[4].id));
  EXPECT_EQ(core->counters().redelivered, 3u);
}

TEST_F(Delivery, EndsTheOlderStreamOfAPartyThatConnectsAgain) {
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  const Effects effects = connect(3, "CN");
  const auto ended = sent<EndSession>(effects);
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended.front().session, 2u);
  EXPECT_EQ(ended.front().reason.code, v1::PEER_REPLACED);
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 0u);
  EXPECT_TRUE(disconnect(2).send.empty()) << "the older stream's end is no news";
  EXPECT_THAT(delivered(effects), ElementsAre(made.id));
}

TEST_F(Delivery, DeliversAfterARestartInTheOrderOfAdmission) {
  std::vector<Draft> made(5);
  std::ranges::generate(made, [&] { return draft(); });
  submit(1, "NZ", {made[0], made[1]});
  submit(1, "NZ", {made[2], made[3], made[4]});
  restart();
  EXPECT_THAT(delivered(connect(2, "CN")), ElementsAreArray(ids(made)));
  EXPECT_THAT(delivered(submit(1, "NZ", {made[0]})), IsEmpty());
}

// ---- Retry --------------------------------------------------------------------------------------

TEST_F(Delivery, WaitsBeforeItSendsAgainWhatASessionLost) {
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(2);
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 1u);
  const Effects back = connect(3, "CN");
  EXPECT_THAT(delivered(back), IsEmpty());
  EXPECT_GT(back.wake, now);
  EXPECT_LE(back.wake, now + config.retry_base);
  now = back.wake;
  EXPECT_THAT(delivered(step_one(TimePassed{})), ElementsAre(made.id));
}

TEST_F(Delivery, WaitsLongerAfterEachFailureUpToACeiling) {
  config.max_attempts = 100;
  restart();
  connect(1, "NZ");
  const Draft made = draft();
  submit(1, "NZ", {made});
  Duration longest;
  for (SessionId session = 2; session < 20; ++session) {
    connect(session, "CN");
    const Effects lost = disconnect(session);
    const Duration delay = lost.wake - now;
    EXPECT_LE(delay, config.retry_ceiling);
    longest = std::max(longest, delay);
    now = lost.wake;
    step_one(TimePassed{});
  }
  EXPECT_GE(longest, config.retry_ceiling / 2);
}

TEST_F(Delivery, DelaysAreNotTheSameForAllRecipients) {
  connect(2, "CN");
  connect(3, "AU");
  Draft to_au = draft();
  to_au.recipient = "AU";
  to_au.agreement = "NZ-AU";
  submit(1, "NZ", {draft(), to_au});
  disconnect(2);
  const Instant first = step_one(TimePassed{}).wake;
  now = first;
  step_one(TimePassed{});
  now = start_of_test;
  const Instant second = disconnect(3).wake;
  EXPECT_NE(first, second);
}

TEST_F(Delivery, CountsNoAttemptForARecipientThatIsSimplyAway) {
  connect(2, "CN");
  disconnect(2);
  const Draft made = draft();
  submit(1, "NZ", {made});
  for (SessionId session = 3; session < 10; ++session) {
    connect(session, "CN", 0);
    disconnect(session);
  }
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 0u);
  EXPECT_THAT(delivered(connect(10, "CN")), ElementsAre(made.id));
}

TEST_F(Delivery, IsolatesAPoisonEnvelopeAndGivesUpOnItAlone) {
  std::vector<Draft> made(200);
  std::ranges::generate(made, [&] { return draft(); });
  const Uuid poison = made[100].id;
  submit(1, "NZ", made);
  std::map<Uuid, Draft> by_id;
  for (const Draft& one : made) by_id.emplace(one.id, one);
  // The recipient dies of the poison before it gives any receipt for what it was sent together with.
  SessionId session = 2;
  Effects effects = connect(session, "CN");
  for (int round = 0; round < 1000 && core->counters().waiting > 0; ++round) {
    const std::vector<Uuid> arrived = delivered(effects);
    if (std::ranges::count(arrived, poison) > 0) {
      disconnect(session);
      effects = connect(++session, "CN");
    } else if (arrived.empty()) {
      ASSERT_NE(effects.wake, Instant{});
      now = effects.wake;
      effects = step_one(TimePassed{});
    } else {
      std::vector<v1::Receipt> receipts;
      receipts.reserve(arrived.size());
      for (const Uuid& id : arrived) receipts.push_back(receipt(by_id.at(id), v1::RECEIPT_KIND_DELIVERED));
      effects = give_receipts(session, "CN", "NZ", receipts);
    }
  }
  EXPECT_EQ(core->counters().delivered, 199u);
  EXPECT_EQ(core->counters().dead_lettered, 1u);
  EXPECT_EQ(state(made[100]), ExchangeState::dead_lettered);
  EXPECT_THAT(kinds(made[100]), ElementsAre(v1::RECEIPT_KIND_ADMITTED, v1::RECEIPT_KIND_DEAD_LETTERED));
  const auto receipts = store.read_receipts("NZ");
  EXPECT_EQ(std::ranges::count_if(receipts,
                                  [](const StoredReceipt& one) {
                                    return one.receipt.reason() == v1::DELIVERY_ATTEMPTS_EXHAUSTED;
                                  }),
            1);
}

TEST_F(Delivery, EndsASessionThatGivesNoReceipt) {
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  EXPECT_THAT(sent<EndSession>(wait(config.receipt_timeout - Duration{1})), IsEmpty());
  const auto ended = sent<EndSession>(wait(Duration{1}));
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended.front().session, 2u);
  EXPECT_EQ(ended.front().reason.code, v1::PEER_SILENT);
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 1u);
}

TEST_F(Delivery, DoesNotEndASessionThatGoesOnGivingReceipts) {
  connect(2, "CN");
  std::vector<Draft> made(10);
  std::ranges::generate(made, [&] { return draft(); });
  submit(1, "NZ", made);
  for (const Draft& one : made) {
    EXPECT_THAT(sent<EndSession>(wait(config.receipt_timeout - Duration{1})), IsEmpty());
    give_receipts(2, "CN", "NZ", {receipt(one, v1::RECEIPT_KIND_DELIVERED)});
  }
  EXPECT_THAT(sent<EndSession>(wait(config.receipt_timeout * 2)), IsEmpty()) << "nothing is in flight";
}

TEST_F(Delivery, DoesNotEndASessionWhoseRecipientFetchesPayloads) {
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  const Duration nearly = config.receipt_timeout - Duration{1};
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(sent<EndSession>(wait(nearly)), IsEmpty());
    EXPECT_THAT(
        sent<EndSession>(step_one(PayloadsMoved{{*PartyName::from_text("AU"), *PartyName::from_text("CN")}})),
        IsEmpty());
  }
  EXPECT_THAT(sent<EndSession>(wait(nearly)), IsEmpty());
  EXPECT_THAT(sent<EndSession>(wait(Duration{1})), SizeIs(1)) << "nothing has come for so long";
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 1u);
}

class DeadLetters : public Delivery {
 protected:
  // Why the core does not replay it; it does nothing else then.
  v1::ErrorCode refused(const ReplayDeadLetter& replay) {
    const Effects effects = step_one(replay);
    EXPECT_TRUE(effects.persist.empty());
    EXPECT_THAT(effects.send, IsEmpty());
    if (effects.replies.size() != 1 || !effects.replies[0].refused) return {};
    return effects.replies[0].refused->code;
  }
};

TEST_F(DeadLetters, AreReplayed) {
  config.max_attempts = 1;
  restart();
  connect(1, "NZ");
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(2);
  ASSERT_EQ(state(made), ExchangeState::dead_lettered);
  wait(Duration::from_seconds(1));
  EXPECT_THAT(delivered(connect(3, "CN")), IsEmpty());
  const ReplayDeadLetter replay{7, made.id};
  const Effects effects = step_one(replay);
  ASSERT_EQ(effects.replies.size(), 1u);
  EXPECT_EQ(effects.replies[0].request, 7u);
  EXPECT_FALSE(effects.replies[0].refused);
  EXPECT_THAT(delivered(effects), ElementsAre(made.id));
  EXPECT_EQ(state(made), ExchangeState::admitted);
  EXPECT_EQ(store.exchanges.at(made.id).record.attempts, 0u);
  EXPECT_EQ(refused(replay), v1::NO_DEAD_LETTER) << "it is on its way already";
  give_receipts(3, "CN", "NZ", {receipt(made, v1::RECEIPT_KIND_DELIVERED)});
  EXPECT_EQ(state(made), ExchangeState::delivered);
  step_one(TimePassed{});
  EXPECT_EQ(refused(replay), v1::NO_DEAD_LETTER) << "it is no dead letter any more";
  EXPECT_EQ(refused({8, draft().id}), v1::NO_DEAD_LETTER) << "it was never on record";
}

TEST_F(DeadLetters, AreNotReplayedWhenTheirTimeHasRunOut) {
  config.max_attempts = 1;
  restart();
  connect(1, "NZ");
  connect(2, "CN");
  const Draft made = draft();
  submit(1, "NZ", {made});
  disconnect(2);
  now = made.expires_at;
  EXPECT_EQ(refused({7, made.id}), v1::ENVELOPE_EXPIRED);
}

}  // namespace
}  // namespace gnc::gateway::delivery_test
