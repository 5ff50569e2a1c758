#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "gnc/v1/errors.pb.h"
#include "scenarios/training/page_json.h"
#include "tests/training/played.h"

namespace gnc::scenarios::deed_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* agreement = "NZ-CN/export-declaration";

class Deeds {
 public:
  explicit Deeds(const char* scenario) : played_(Played::library(scenario)) {}

  const Recording& recording(std::size_t number = 0) const { return played_.recording(number); }

  // The number of the fork; what was before the deed must be as it was.
  std::size_t fork(std::size_t of, Duration at, const char* deed) {
    const auto made = played_.repertoire.fork(of, at, deed);
    if (!made) {
      ADD_FAILURE() << describe(made.error().front());
      return of;
    }
    const auto before = events_around(recording(of), at).first;
    EXPECT_FALSE(before.empty());
    EXPECT_EQ(before, events_around(recording(*made), at).first);
    return *made;
  }

  std::vector<v1::Event> events(std::size_t number, v1::EventKind kind) const {
    std::vector<v1::Event> found;
    v1::Event event;
    for (std::size_t i = 0; i < recording(number).events.size(); ++i) {
      recording(number).events.read(i, event);
      if (event.kind() == kind) found.push_back(event);
    }
    return found;
  }

  // Just before the party submits for the first time after `from`; and what it submits then.
  struct Submission {
    Duration before{};
    std::vector<std::string> exchanges;
  };
  Submission next_submission(const char* party, Duration from = {}, std::size_t of = 0) const {
    Submission next;
    std::optional<std::int64_t> at;
    for (const v1::Event& sent : events(of, v1::EVENT_KIND_SENT)) {
      if (sent.party() != party || Instant{sent.at()} < recording().begin + from) continue;
      if (!at) at = sent.at();
      if (*at == sent.at()) next.exchanges.push_back(sent.exchange());
    }
    EXPECT_TRUE(at);
    if (at) next.before = Instant{*at - 500} - recording().begin;
    return next;
  }

  void expect_promises_held(std::size_t number) const {
    EXPECT_THAT(recording(number).report.promises, testing::Not(IsEmpty()));
    for (const PromiseRow& promise : recording(number).report.promises) {
      EXPECT_TRUE(promise.held) << promise.promise << ": " << promise.detail;
    }
  }

 private:
  Played played_;
};

TEST(Tampering, IsFoundByTheSealAndTheOthersOfTheBatchAreAdmitted) {
  Deeds deeds("export-import");
  const auto next = deeds.next_submission("NZ");
  ASSERT_GT(next.exchanges.size(), 1u);
  const std::size_t fork = deeds.fork(0, next.before, R"({"tamper": "NZ"})");
  deeds.expect_promises_held(fork);

  const auto refused = deeds.events(fork, v1::EVENT_KIND_REFUSED);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].party(), "gateway/hub");
  EXPECT_EQ(refused[0].peer(), "NZ");
  EXPECT_EQ(refused[0].reason(), v1::ENVELOPE_ALTERED);
  EXPECT_THAT(next.exchanges, testing::Contains(refused[0].exchange()));
  const auto admitted = deeds.events(fork, v1::EVENT_KIND_ADMITTED);
  for (const std::string& exchange : next.exchanges) {
    const auto found = std::ranges::find(admitted, exchange, &v1::Event::exchange);
    EXPECT_EQ(found == admitted.end(), exchange == refused[0].exchange());
  }
  for (const v1::Event& delivered : deeds.events(fork, v1::EVENT_KIND_DELIVERED)) {
    EXPECT_NE(delivered.exchange(), refused[0].exchange());
  }
  const RunReport& report = deeds.recording(fork).report;
  // Nobody waits for more of it.
  EXPECT_LT(deeds.recording(fork).length, Duration::from_seconds(3));
  EXPECT_EQ(report.exchange.refused, 1u);
  EXPECT_EQ(report.exchange.submitted, deeds.recording().report.exchange.submitted);
  ASSERT_THAT(report.refusals, SizeIs(1));
  EXPECT_EQ(report.refusals[0].code, "GNC-401");
}

TEST(Tampering, IsShownOnThePageWithWordsAndRemedy) {
  Deeds deeds("export-import");
  const std::size_t fork = deeds.fork(0, deeds.next_submission("NZ").before, R"({"tamper": "NZ"})");
  const Recording& recording = deeds.recording(fork);
  const Json events = Json::parse(events_json(recording, 0, most_events_at_once))["events"];
  const auto refused = std::ranges::find_if(events, [](const Json& event) { return event[1] == "refused"; });
  ASSERT_NE(refused, events.end());
  EXPECT_EQ((*refused)[2], "gateway");
  EXPECT_EQ((*refused)[5]["code"], "GNC-401");
  EXPECT_THAT((*refused)[5]["remedy"].get<std::string>(), HasSubstr("as it was sealed"));
  const auto id = Uuid::from_text((*refused)[4].get<std::string>());
  ASSERT_TRUE(id);
  const auto exchange = exchange_json(recording, *id);
  ASSERT_TRUE(exchange);
  // The gateway's own receipt says the same.
  EXPECT_EQ(Json::parse(*exchange)["receipts"][0]["code"], "GNC-401");
  const Json run = Json::parse(run_json(recording, {.number = fork}));
  EXPECT_EQ(run["faults"][0]["kind"], "tamper");
  EXPECT_EQ(run["faults"][0]["target"], "NZ");
  EXPECT_EQ(run["faults"][0]["text"], "alter one byte of the next envelope from NZ");
  EXPECT_GE(run["faults"][0]["to_us"], run["faults"][0]["from_us"]);
}

TEST(Tampering, LosesNothingWhereTheSenderSubmitsAgainAsItWasSealed) {
  // The gateway dies at 3.5 s of the workload, so that New Zealand gives again what it has no receipt for.
  Deeds deeds("lessons/when-things-break");
  const Recording& whole = deeds.recording();
  const Duration killed = whole.faults_from + Duration::from_milliseconds(3500);
  const auto next = deeds.next_submission("NZ", killed - Duration::from_milliseconds(600));
  ASSERT_LT(next.before, killed - Duration::from_milliseconds(150));
  const std::size_t fork = deeds.fork(0, next.before, R"({"tamper": "NZ"})");
  deeds.expect_promises_held(fork);
  std::string altered;
  std::int64_t at = 0;
  for (const v1::Event& refused : deeds.events(fork, v1::EVENT_KIND_REFUSED)) {
    if (refused.reason() == v1::ENVELOPE_ALTERED) altered = refused.exchange(), at = refused.at();
  }
  ASSERT_FALSE(altered.empty());
  const auto processed = deeds.events(fork, v1::EVENT_KIND_PROCESSED);
  const auto end = std::ranges::find(processed, altered, &v1::Event::exchange);
  ASSERT_NE(end, processed.end());
  EXPECT_GT(end->at(), at);
  EXPECT_EQ(deeds.recording(fork).report.exchange.processed, whole.report.exchange.processed);
  EXPECT_EQ(deeds.recording(fork).report.exchange.open, 0u);
}

TEST(Replaying, IsAnsweredWithTheFirstReceiptAndReachesNobodyTwice) {
  Deeds deeds("export-import");
  for (const char* party : {"NZ", "CN"}) {
    const auto next = deeds.next_submission(party);
    const std::size_t fork = deeds.fork(
        0, next.before, party == std::string("NZ") ? R"({"replay": "NZ"})" : R"({"replay": "CN"})");
    deeds.expect_promises_held(fork);
    std::vector<std::string> suppressed;
    for (const v1::Event& event : deeds.events(fork, v1::EVENT_KIND_DUPLICATE_SUPPRESSED)) {
      EXPECT_EQ(event.party(), "gateway/hub");
      EXPECT_EQ(event.peer(), party);
      suppressed.push_back(event.exchange());
    }
    EXPECT_THAT(suppressed, testing::UnorderedElementsAreArray(next.exchanges));

    std::map<std::string, int> delivered;
    for (const v1::Event& event : deeds.events(fork, v1::EVENT_KIND_DELIVERED)) ++delivered[event.exchange()];
    for (const std::string& exchange : next.exchanges) {
      EXPECT_EQ(delivered[exchange], 1);
      // No receipt was made anew.
      const auto receipts = deeds.recording(fork).evidence->receipts(*Uuid::from_bytes(exchange));
      ASSERT_TRUE(receipts);
      EXPECT_EQ(std::ranges::count(*receipts, v1::RECEIPT_KIND_ADMITTED, &v1::Receipt::kind), 1);
    }
    const RunReport& report = deeds.recording(fork).report;
    EXPECT_EQ(report.exchange.duplicates_suppressed, next.exchanges.size());
    EXPECT_EQ(report.exchange.delivered_twice, 0u);
    EXPECT_EQ(report.exchange.processed, deeds.recording().report.exchange.processed);
    EXPECT_EQ(report.exchange.submitted, deeds.recording().report.exchange.submitted);
  }
}

TEST(Replaying, SaysSoWhereNothingIsSubmittedAnyMore) {
  Deeds deeds("export-import");
  const std::size_t fork = deeds.fork(0, deeds.recording().length, R"({"replay": "NZ"})");
  EXPECT_THAT(deeds.events(fork, v1::EVENT_KIND_DUPLICATE_SUPPRESSED), IsEmpty());
  ASSERT_THAT(deeds.recording(fork).report.faults, SizeIs(1));
  EXPECT_FALSE(deeds.recording(fork).report.faults[0].to_s);
  EXPECT_THAT(deeds.recording(fork).report.faults[0].outcome, HasSubstr("nothing"));
}

TEST(Lapse, LetsNothingMoreBeAdmittedAndLeavesWhatWas) {
  Deeds deeds("lessons/when-things-break");
  const Duration at = deeds.recording().faults_from + Duration::from_milliseconds(600);
  const std::size_t fork = deeds.fork(0, at, R"({"lapse": "NZ-CN/export-declaration"})");
  deeds.expect_promises_held(fork);
  const Instant lapsed = deeds.recording().begin + at;

  std::map<std::string, v1::Event> admitted, refused;
  for (const v1::Event& event : deeds.events(fork, v1::EVENT_KIND_ADMITTED)) {
    admitted.emplace(event.exchange(), event);
  }
  for (const v1::Event& event : deeds.events(fork, v1::EVENT_KIND_REFUSED)) {
    EXPECT_EQ(event.reason(), v1::AGREEMENT_NOT_IN_FORCE);
    EXPECT_GE(event.at(), lapsed.microseconds);
    EXPECT_THAT(event.detail(), HasSubstr(agreement));
    refused.emplace(event.exchange(), event);
  }
  std::size_t under_way = 0, afterwards = 0;
  for (const v1::Event& sent : deeds.events(fork, v1::EVENT_KIND_SENT)) {
    if (Instant{sent.at()} >= lapsed) {
      ++afterwards;
      EXPECT_FALSE(admitted.contains(sent.exchange()));
    } else if (refused.contains(sent.exchange())) {
      ++under_way;
    }
  }
  EXPECT_GT(under_way, 0u);
  EXPECT_GT(afterwards, 30u);
  EXPECT_GT(admitted.size(), 1u);
  EXPECT_EQ(deeds.recording(fork).report.exchange.lost, 0u);
  for (const auto& [exchange, event] : refused) EXPECT_FALSE(admitted.contains(exchange));
}

TEST(Deed, OfAForkOfAForkIsDoneToo) {
  Deeds deeds("export-import");
  const auto first = deeds.next_submission("NZ");
  const std::size_t tampered = deeds.fork(0, first.before, R"({"tamper": "NZ"})");
  const auto second = deeds.next_submission("CN", {}, tampered);
  const std::size_t both = deeds.fork(tampered, second.before, R"({"replay": "CN"})");
  deeds.expect_promises_held(both);
  EXPECT_THAT(deeds.events(both, v1::EVENT_KIND_REFUSED), SizeIs(1));
  EXPECT_THAT(deeds.events(both, v1::EVENT_KIND_DUPLICATE_SUPPRESSED), testing::Not(IsEmpty()));
  EXPECT_THAT(deeds.recording(both).report.faults, SizeIs(2));
}

}  // namespace
}  // namespace gnc::scenarios::deed_test
