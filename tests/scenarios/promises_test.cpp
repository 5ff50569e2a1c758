#include "scenarios/engine/promises.h"

#include <gmock/gmock.h>

#include "tests/scenarios/one_message_book.h"

namespace gnc::scenarios::promises_test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class Judge : public testing::Test {
 protected:
  Judge() {
    fact_.at_gateway = true;
    crosses_to("CN");
    fact_.admitted_at = Instant{150'000'000};
  }
  std::vector<Breach> judge(const ExchangeTrack* track, const RecordedExchange* fact) {
    std::vector<Breach> breaches;
    judge_.judge(id_, track, fact, breaches);
    return breaches;
  }
  void crosses_to(const char* recipient) {
    fact_.passage = std::make_shared<const Passage>(Passage{"NZ", recipient, "NZ-CN/export", "declaration"});
  }
  static testing::Matcher<std::vector<Breach>> only(Promise promise) {
    return ElementsAre(Field(&Breach::promise, promise));
  }

  const std::shared_ptr<const model::AgreementBook> book_ =
      one_message_book(Instant{100'000'000}, Instant{200'000'000});
  PromiseJudge judge_{*book_};
  const Uuid id_ = Uuid::from_parts(Instant{1'000}, 1, 2);
  ExchangeTrack track_;
  RecordedExchange fact_;
};

TEST_F(Judge, FindsNothingInAnExchangeThatWentItsWay) {
  EXPECT_THAT(judge(nullptr, &fact_), IsEmpty());
  fact_.end = ExchangeTrack::End::delivered;
  fact_.times_received = fact_.decisions = 1;
  track_.has_admitted_receipt = track_.was_admitted = true;
  track_.has_delivered_receipt = track_.ended_well = true;
  track_.business_decisions = 1;
  EXPECT_THAT(judge(&track_, &fact_), IsEmpty());
}

TEST_F(Judge, FindsWhatWasAdmittedAndIsNotOnRecord) {
  track_.was_admitted = true;
  EXPECT_THAT(judge(&track_, nullptr), only(Promise::never_lost));
}

TEST_F(Judge, FindsReceiptsWithoutTheirFacts) {
  track_.has_admitted_receipt = true;
  EXPECT_THAT(judge(&track_, nullptr), only(Promise::no_receipt_without_fact));
  track_.has_delivered_receipt = true;
  EXPECT_THAT(judge(&track_, &fact_), only(Promise::no_receipt_without_fact));
  fact_.times_received = 1;
  track_.ended_well = true;
  EXPECT_THAT(judge(&track_, &fact_), only(Promise::no_receipt_without_fact));
}

TEST_F(Judge, FindsADeliveryThatIsInNoInbox) {
  fact_.end = ExchangeTrack::End::delivered;
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::never_lost));
}

TEST_F(Judge, FindsWhatABusinessSawTwice) {
  fact_.times_received = 1;
  fact_.decisions = 2;
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::once));
  fact_.decisions = 1;
  fact_.times_received = 2;
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::once));
}

TEST_F(Judge, FindsBothAGoodAndABadEnd) {
  fact_.positive_end = fact_.negative_end = true;
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::one_end));
  fact_.positive_end = false;
  EXPECT_THAT(judge(nullptr, &fact_), IsEmpty());
  fact_.end = ExchangeTrack::End::processed;
  fact_.times_received = 1;
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::one_end));
}

TEST_F(Judge, FindsWhatCrossedWithoutAnAgreementInForce) {
  fact_.admitted_at = Instant{200'000'000};
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::nothing_without_agreement));
  fact_.admitted_at = Instant{150'000'000};
  crosses_to("AU");
  EXPECT_THAT(judge(nullptr, &fact_), only(Promise::nothing_without_agreement));
}

TEST_F(Judge, FindsWhatOvertookInItsConversation) {
  std::vector<Breach> breaches;
  RecordedOrder order;
  const auto arrive = [&](std::uint64_t sequence, std::uint64_t arrival) {
    order.sequence = sequence;
    order.arrival = arrival;
    judge_.judge_order(id_, "CN", order, breaches);
  };
  arrive(1, 1);
  arrive(3, 2);
  EXPECT_THAT(breaches, IsEmpty());
  arrive(2, 3);
  EXPECT_THAT(breaches, only(Promise::order));
  EXPECT_FALSE(order_promise(3, breaches).held);
  breaches.clear();
  order.conversation = id_;
  arrive(2, 4);
  EXPECT_THAT(breaches, IsEmpty());
}

TEST_F(Judge, SaysTheFirstCaseByItsIdAndHowManyThereAre) {
  RecordedExchanges recorded;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    fact_.decisions = 2;
    fact_.times_received = 1;
    recorded[Uuid::from_parts(Instant{1'000}, n, n)] = fact_;
  }
  const PromiseCheck check = check_promises(ExchangeLedger(), recorded, *book_);
  EXPECT_EQ(check.delivered_twice, 3u);
  EXPECT_FALSE(check.promises[1].held);
  EXPECT_THAT(check.promises[1].detail,
              HasSubstr("3 broken; exchange " + Uuid::from_parts(Instant{1'000}, 1, 1).text()));
}

}  // namespace
}  // namespace gnc::scenarios::promises_test
