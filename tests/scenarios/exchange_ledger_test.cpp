#include "scenarios/engine/exchange_ledger.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "proto/types/random.h"
#include "scenarios/engine/promises.h"
#include "tests/scenarios/one_message_book.h"

namespace gnc::scenarios::exchange_ledger_test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Uuid uuid(std::uint64_t n) { return Uuid::from_parts(Instant{1'000'000}, n, n); }

v1::Event event(v1::EventKind kind, const Uuid& exchange, std::int64_t at_ms) {
  v1::Event event;
  event.set_kind(kind);
  event.set_at(at_ms * 1000);
  event.set_exchange(std::string(exchange.view()));
  return event;
}

// One document lodged at time 0, as exchange 1.
class Ledger : public testing::Test {
 protected:
  Ledger() {
    batch_ = ledger_.open_batch({"exports", "NZ", "CN", true, false});
    index_ = ledger_.plan({"a.xml", "a.xml", batch_, Instant{}, {}});
    ledger_.mark_sent(index_, Instant{2000});
  }

  void lodged(const Uuid& id = uuid(1), const char* reference = "a.xml") {
    v1::Event lodged = event(v1::EVENT_KIND_LODGED, id, 3);
    lodged.set_reference(reference);
    ledger_.apply(lodged);
  }
  void happened(v1::EventKind kind, std::int64_t at_ms, const Uuid& id = uuid(1)) {
    ledger_.apply(event(kind, id, at_ms));
  }
  void whole_life() {
    lodged();
    happened(v1::EVENT_KIND_ADMITTED, 40);
    happened(v1::EVENT_KIND_DELIVERED, 45);
    happened(v1::EVENT_KIND_BUSINESS_DECIDED, 46);
    happened(v1::EVENT_KIND_DELIVERED_RECEIPT, 80);
    happened(v1::EVENT_KIND_PROCESSED, 90);
  }

  // What the stores say after whole_life().
  static RecordedExchange fact() {
    RecordedExchange fact;
    fact.at_gateway = true;
    fact.end = ExchangeTrack::End::processed;
    fact.passage = std::make_shared<Passage>(Passage{"NZ", "CN", "NZ-CN/export", "declaration"});
    fact.admitted_at = Instant{40'000};
    fact.times_received = 1;
    fact.decisions = 1;
    return fact;
  }

  // The promises that do not hold, by their first words.
  std::vector<std::string> broken(const RecordedExchanges& recorded) {
    std::vector<std::string> broken;
    const auto agreements = one_message_book(Instant{0}, Instant{1'000'000});
    for (const PromiseRow& row : check_promises(ledger_, recorded, *agreements).promises) {
      if (!row.held) broken.push_back(row.promise + ": " + row.detail);
    }
    return broken;
  }

  ExchangeLedger ledger_;
  BatchIndex batch_ = 0;
  LodgementIndex index_ = 0;
};

TEST_F(Ledger, MeasuresEachStageFromTheIntendedTimeAndFromTheSending) {
  whole_life();
  EXPECT_EQ(ledger_.from_intended().admitted.max(), 40'000);
  EXPECT_EQ(ledger_.from_intended().delivered.max(), 45'000);
  EXPECT_EQ(ledger_.from_intended().processed.max(), 90'000);
  EXPECT_EQ(ledger_.from_sent().processed.max(), 88'000);
  EXPECT_EQ(ledger_.lag().max(), 2000);
  const ExchangeCounts counts = ledger_.counts();
  EXPECT_EQ(counts.submitted, 1u);
  EXPECT_EQ(counts.admitted, 1u);
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(counts.processed, 1u);
  EXPECT_EQ(counts.open, 0u);
  EXPECT_TRUE(ledger_.all_ended());
}

TEST_F(Ledger, FollowsOneExchangeOfAWorkloadWhoseFlowsAreMany) {
  const auto open = [this](const char* name, const char* to, bool workload) {
    const BatchIndex batch = ledger_.open_batch({name, "NZ", to, true, workload});
    ledger_.mark_sent(ledger_.plan({to, "a.xml", batch, Instant{}, {}}), Instant{2000});
  };
  open("trade", "AU", true);
  open("trade", "JP", true);
  open("other", "US", true);
  open("exports", "FJ", false);  // a step of the name of another
  lodged();
  lodged(uuid(2), "AU");
  lodged(uuid(3), "JP");
  lodged(uuid(4), "US");
  lodged(uuid(5), "FJ");
  std::vector<std::string> of;
  for (const SequenceRow& row : ledger_.sequences()) of.push_back(row.of);
  EXPECT_THAT(of, testing::ElementsAre("exports", "trade", "other", "exports"));
}

TEST_F(Ledger, CountsAnEventThatIsReportedAgainOnce) {
  whole_life();
  whole_life();
  EXPECT_EQ(ledger_.from_intended().delivered.count(), 1u);
  EXPECT_EQ(ledger_.counts().processed, 1u);
  EXPECT_EQ(ledger_.ended(), 1u);
}

TEST_F(Ledger, BindsAnExchangeWhoseLodgingIsReportedLast) {
  happened(v1::EVENT_KIND_DELIVERED, 45);
  happened(v1::EVENT_KIND_PROCESSED, 90);
  EXPECT_EQ(ledger_.ended(), 0u);
  lodged();
  EXPECT_EQ(ledger_.from_intended().delivered.max(), 45'000);
  EXPECT_TRUE(ledger_.standing(batch_).all_settled());
  EXPECT_TRUE(ledger_.all_ended());
}

TEST_F(Ledger, EndsAtDeliveryOnlyWhereNoAnswerIsDue) {
  lodged();
  happened(v1::EVENT_KIND_DELIVERED_RECEIPT, 80);
  EXPECT_EQ(ledger_.ended(), 0u);
  const BatchIndex plain = ledger_.open_batch({"notices", "NZ", "CN", false, false});
  ledger_.mark_sent(ledger_.plan({"b.xml", "b.xml", plain, Instant{}, {}}), Instant{});
  lodged(uuid(2), "b.xml");
  happened(v1::EVENT_KIND_DELIVERED_RECEIPT, 80, uuid(2));
  EXPECT_EQ(ledger_.ended(), 1u);
  EXPECT_EQ(ledger_.counts().open, 1u);
}

TEST_F(Ledger, NamesEachRefusedDocumentWithItsReason) {
  v1::Event refused;
  refused.set_kind(v1::EVENT_KIND_LODGEMENT_REFUSED);
  refused.set_reference("a.xml");
  refused.set_reason(v1::DOCUMENT_NOT_WELL_FORMED);
  refused.set_detail("expected </Declaration>");
  refused.set_where("a.xml:12:3");
  ledger_.apply(refused);
  ledger_.apply(refused);
  const auto rows = ledger_.refusals();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].code, "GNC-101");
  EXPECT_EQ(rows[0].document, "a.xml");
  EXPECT_EQ(rows[0].where, "a.xml:12:3");
  EXPECT_EQ(rows[0].count, 1u);
  EXPECT_FALSE(rows[0].remedy.empty());
  EXPECT_EQ(ledger_.counts().refused, 1u);
  EXPECT_TRUE(ledger_.standing(batch_).all_settled());
  EXPECT_TRUE(ledger_.unacknowledged().empty());
}

TEST_F(Ledger, KnowsWhatMustBeLodgedAgainAfterARestart) {
  EXPECT_THAT(ledger_.unacknowledged(), testing::ElementsAre(index_));
  lodged();
  EXPECT_TRUE(ledger_.unacknowledged().empty());
}

TEST_F(Ledger, CountsAnswersApartFromWhatTheyAnswer) {
  whole_life();
  v1::Event answer = event(v1::EVENT_KIND_LODGED, uuid(9), 46);
  answer.set_answers(std::string(uuid(1).view()));
  ledger_.apply(answer);
  happened(v1::EVENT_KIND_ADMITTED, 60, uuid(9));
  happened(v1::EVENT_KIND_DELIVERED, 85, uuid(9));
  EXPECT_EQ(ledger_.counts().submitted, 1u);
  EXPECT_EQ(ledger_.counts().delivered, 1u);
  EXPECT_EQ(ledger_.answers().submitted, 1u);
  EXPECT_EQ(ledger_.answers().delivered, 1u);
}

TEST_F(Ledger, ARefusalOfAlteredBytesIsNoEndOnceTheEnvelopeComesAsItWasSealed) {
  lodged();
  v1::Event refused = event(v1::EVENT_KIND_REFUSED, uuid(1), 30);
  refused.set_reason(v1::ENVELOPE_ALTERED);
  ledger_.apply(refused);
  EXPECT_EQ(ledger_.counts().refused, 1u);
  EXPECT_TRUE(ledger_.standing(batch_).all_settled());
  whole_life();
  EXPECT_EQ(ledger_.counts().refused, 0u);
  EXPECT_EQ(ledger_.counts().processed, 1u);
  EXPECT_TRUE(ledger_.standing(batch_).all_settled());
  EXPECT_TRUE(ledger_.all_ended());
  EXPECT_THAT(broken({{uuid(1), fact()}}), SizeIs(0));
}

TEST_F(Ledger, AnyOtherRefusalStaysAnEnd) {
  lodged();
  happened(v1::EVENT_KIND_REFUSED, 30);
  whole_life();
  EXPECT_THAT(broken({{uuid(1), fact()}}), SizeIs(1));
}

// A second submission, under the id of the first.
class RepeatedId : public Ledger {
 protected:
  void repeat() {
    ledger_.mark_sent(ledger_.plan({"again", "a.xml", batch_, Instant{}, {}}), Instant{2000});
    lodged(uuid(1), "again");
  }
  void said_of_repeat(v1::EventKind kind, v1::ErrorCode reason = {}) {
    v1::Event said = event(kind, uuid(1), 95);
    said.set_reference("again");
    said.set_reason(reason);
    ledger_.apply(said);
  }
};

TEST_F(RepeatedId, ThatIsADuplicateIsSuppressedAndNoExchange) {
  whole_life();
  repeat();
  EXPECT_EQ(ledger_.counts().open, 1u);
  said_of_repeat(v1::EVENT_KIND_DUPLICATE_SUPPRESSED);
  const ExchangeCounts counts = ledger_.counts();
  EXPECT_EQ(counts.submitted, 1u);
  EXPECT_EQ(counts.processed, 1u);
  EXPECT_EQ(counts.open, 0u);
  EXPECT_EQ(counts.duplicates_suppressed, 1u);
  EXPECT_TRUE(ledger_.standing(batch_).all_settled());
  EXPECT_TRUE(ledger_.all_ended());
}

TEST_F(RepeatedId, ThatIsAConflictIsRefusedAndLeavesTheFirstAlone) {
  lodged();
  happened(v1::EVENT_KIND_ADMITTED, 40);
  repeat();
  said_of_repeat(v1::EVENT_KIND_REFUSED, v1::ENVELOPE_ID_CONFLICT);
  happened(v1::EVENT_KIND_DELIVERED, 96);
  happened(v1::EVENT_KIND_PROCESSED, 97);
  const ExchangeCounts counts = ledger_.counts();
  EXPECT_EQ(counts.submitted, 2u);
  EXPECT_EQ(counts.admitted, 1u);
  EXPECT_EQ(counts.processed, 1u);
  EXPECT_EQ(counts.refused, 1u);
  ASSERT_THAT(ledger_.refusals(), SizeIs(1));
  EXPECT_EQ(ledger_.refusals()[0].name, "ENVELOPE_ID_CONFLICT");
  EXPECT_EQ(counts.open, 0u);
}

TEST_F(RepeatedId, OfWhatWasRefusedMayBecomeTheExchange) {
  lodged();
  happened(v1::EVENT_KIND_REFUSED, 40);
  repeat();
  said_of_repeat(v1::EVENT_KIND_ADMITTED);
  happened(v1::EVENT_KIND_DELIVERED, 96);
  happened(v1::EVENT_KIND_PROCESSED, 97);
  const ExchangeCounts counts = ledger_.counts();
  EXPECT_EQ(counts.submitted, 2u);
  EXPECT_EQ(counts.refused, 1u);
  EXPECT_EQ(counts.processed, 1u);
  EXPECT_EQ(counts.open, 0u);
}

TEST_F(Ledger, LearnsFromTheStoreWhatNoEventTold) {
  lodged();
  ledger_.learn_end(uuid(1), ExchangeTrack::End::processed);
  EXPECT_EQ(ledger_.counts().processed, 1u);
  EXPECT_EQ(ledger_.counts().delivered, 1u);
  EXPECT_EQ(ledger_.from_intended().processed.count(), 0u);
}

TEST_F(Ledger, HoldsEveryPromiseOfAWholeLife) {
  whole_life();
  EXPECT_THAT(broken({{uuid(1), fact()}}), SizeIs(0));
}

TEST_F(Ledger, FindsWhatWasAdmittedAndLost) {
  whole_life();
  EXPECT_THAT(broken({}), testing::Contains(HasSubstr("never lost: 1 broken; exchange")));
  RecordedExchange vanished = fact();
  vanished.times_received = 0;
  EXPECT_THAT(broken({{uuid(1), vanished}}), testing::Contains(HasSubstr("in no inbox")));
}

TEST_F(Ledger, FindsABusinessThatSawAnEnvelopeTwice) {
  whole_life();
  RecordedExchange twice = fact();
  twice.decisions = 2;
  EXPECT_THAT(broken({{uuid(1), twice}}), testing::ElementsAre(HasSubstr("sees an envelope twice")));
  happened(v1::EVENT_KIND_BUSINESS_DECIDED, 99);
  EXPECT_THAT(broken({{uuid(1), fact()}}), testing::ElementsAre(HasSubstr("was decided on twice")));
}

TEST_F(Ledger, AFurtherAnswerIsNoSecondSight) {
  whole_life();
  happened(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, 99);
  EXPECT_THAT(broken({{uuid(1), fact()}}), testing::IsEmpty());
  EXPECT_EQ(ledger_.counts().delivered_twice, 0u);
}

TEST_F(Ledger, FindsADocumentTakenInAsTwoExchanges) {
  whole_life();
  lodged(uuid(2));
  EXPECT_THAT(broken({{uuid(1), fact()}}), testing::ElementsAre(HasSubstr("as two exchanges")));
}

TEST_F(Ledger, FindsAReceiptWithoutItsFact) {
  whole_life();
  RecordedExchange undecided = fact();
  undecided.decisions = 0;
  EXPECT_THAT(broken({{uuid(1), undecided}}),
              testing::ElementsAre(HasSubstr("no business decision on record")));
}

TEST_F(Ledger, FindsAGoodAndABadEndOfOneExchange) {
  whole_life();
  happened(v1::EVENT_KIND_EXPIRED, 99);
  EXPECT_THAT(broken({{uuid(1), fact()}}), testing::ElementsAre(HasSubstr("both a good end and a bad one")));
}

TEST_F(Ledger, FindsWhatCrossedWithoutAnAgreementInForce) {
  whole_life();
  RecordedExchange late = fact();
  late.admitted_at = Instant{1'000'000};
  EXPECT_THAT(broken({{uuid(1), late}}), testing::ElementsAre(HasSubstr("without an agreement")));
  RecordedExchange backwards = fact();
  backwards.passage = std::make_shared<Passage>(Passage{"CN", "NZ", "NZ-CN/export", "declaration"});
  EXPECT_THAT(broken({{uuid(1), backwards}}), testing::ElementsAre(HasSubstr("crossed from CN to NZ")));
}

// Both of a run whose events come in any order and more than once, of ten exchanges: what they come to.
struct Course {
  ExchangeLedger whole, plain;
  std::size_t taken_plainly = 0;

  explicit Course(std::uint64_t seed) {
    for (ExchangeLedger* ledger : {&whole, &plain}) {
      for (std::uint32_t batch = 0; batch < 2; ++batch) {
        ledger->open_batch({"exports", "NZ", "CN", batch == 0, true});
        for (std::uint32_t i = 0; i < 5; ++i) {
          const std::string reference = fmt::format("a.xml {}", batch * 5 + i);
          ledger->mark_sent(ledger->plan({"a.xml", reference, batch, Instant{}, {}}), Instant{2000});
        }
      }
    }
    Random chance(seed);
    constexpr v1::EventKind kinds[] = {
        v1::EVENT_KIND_LODGED,           v1::EVENT_KIND_LODGED,    v1::EVENT_KIND_LODGED,
        v1::EVENT_KIND_SEALED,           v1::EVENT_KIND_SENT,      v1::EVENT_KIND_ADMITTED,
        v1::EVENT_KIND_DELIVERED,        v1::EVENT_KIND_PROCESSED, v1::EVENT_KIND_BUSINESS_DECIDED,
        v1::EVENT_KIND_DELIVERED_RECEIPT};
    for (int i = 0; i < 120; ++i) {
      // The last two ids repeat a document that has one already, or none that is known.
      const std::uint64_t number = chance.below(12);
      v1::Event happened = event(kinds[chance.below(std::size(kinds))], uuid(number + 1), 3 + i);
      if (happened.kind() == v1::EVENT_KIND_LODGED) {
        happened.set_reference(fmt::format("a.xml {}", number == 10 ? 0 : number));
      }
      whole.apply(happened);
      const bool taken = plain.apply_plain({happened.kind(), Instant{happened.at()},
                                            *Uuid::from_bytes(happened.exchange()), happened.reference()});
      taken_plainly += taken;
      if (!taken) plain.apply(happened);
    }
  }
};

TEST(PlainEvents, ComeToTheSameAsWholeOnes) {
  std::size_t taken_plainly = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    const Course course(seed);
    taken_plainly += course.taken_plainly;
    EXPECT_EQ(course.whole.counts(), course.plain.counts());
    EXPECT_EQ(course.whole.answers(), course.plain.answers());
    EXPECT_EQ(course.whole.lodged_twice(), course.plain.lodged_twice());
    EXPECT_EQ(course.whole.sequences(), course.plain.sequences());
    for (BatchIndex batch = 0; batch < 2; ++batch) {
      const auto whole = course.whole.standing(batch), plain = course.plain.standing(batch);
      EXPECT_EQ(whole.delivered, plain.delivered);
      EXPECT_EQ(whole.settled, plain.settled);
      EXPECT_EQ(whole.ended, plain.ended);
    }
    for (LodgementIndex index = 0; index < 10; ++index) {
      const auto &whole = course.whole.lodgements()[index], &plain = course.plain.lodgements()[index];
      EXPECT_EQ(whole.fate, plain.fate);
      EXPECT_EQ(whole.end, plain.end);
      EXPECT_EQ(whole.delivered.known(), plain.delivered.known());
    }
    course.whole.exchanges().each([&](const Uuid& id, const ExchangeTrack& track) {
      const ExchangeTrack* other = course.plain.exchanges().find(id);
      ASSERT_NE(other, nullptr);
      EXPECT_EQ(track.lodgement, other->lodgement);
      EXPECT_EQ(track.end, other->end);
      EXPECT_EQ(track.business_decisions, other->business_decisions);
    });
  }
  EXPECT_GT(taken_plainly, 200u * 40);
}

}  // namespace
}  // namespace gnc::scenarios::exchange_ledger_test
