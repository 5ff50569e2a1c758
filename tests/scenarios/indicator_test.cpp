#include "scenarios/engine/indicator.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "scenarios/engine/expectation.h"
#include "scenarios/engine/indicator_counter.h"

namespace gnc::scenarios::indicator_test {
namespace {

using testing::Optional;

constexpr std::int64_t ms = 1000;
constexpr std::int64_t start = 1'700'000'000'000'000;

// A run of which the test says what happened; times in microseconds from the intended time.
class Indicators : public testing::Test {
 protected:
  static v1::Event event(v1::EventKind kind, const Uuid& id, std::int64_t at) {
    v1::Event event;
    event.set_kind(kind);
    event.set_at(start + at);
    event.set_exchange(std::string(id.view()));
    return event;
  }
  Uuid next() {
    ++number_;
    return Uuid::from_parts(Instant{start}, number_ * 0x9e3779b97f4a7c15u, number_ * 0xc2b2ae3d27d4eb4fu);
  }
  std::string plan(BatchIndex batch) {
    std::string reference = "a.xml#" + std::to_string(number_);
    ledger_.mark_sent(ledger_.plan({reference, "a.xml", batch, Instant{start}, {}}), Instant{start});
    return reference;
  }
  void take_in(const Uuid& id, const std::string& reference) {
    v1::Event lodged = event(v1::EVENT_KIND_LODGED, id, 0);
    lodged.set_reference(reference);
    ledger_.apply(lodged);
  }
  Uuid lodge(BatchIndex batch) {
    const Uuid id = next();
    take_in(id, plan(batch));
    return id;
  }
  void happens(v1::EventKind kind, const Uuid& id, std::int64_t at) { ledger_.apply(event(kind, id, at)); }
  void answered(const Uuid& id, std::int64_t at, const std::string& function) {
    v1::Event answer = event(v1::EVENT_KIND_PROCESSED, id, at);
    answer.set_function_code(function);
    ledger_.apply(answer);
  }
  void found(const Uuid& id, std::int64_t at, v1::RiskChannel channel, bool released, bool wanted = false) {
    v1::Event decided = event(v1::EVENT_KIND_BUSINESS_DECIDED, id, at);
    decided.mutable_findings()->set_channel(channel);
    decided.mutable_findings()->set_agencies(2);
    decided.mutable_findings()->set_released(released);
    decided.mutable_findings()->set_document_wanted(wanted);
    ledger_.apply(decided);
  }
  Uuid live(BatchIndex batch, std::int64_t took, const std::string& function = "01") {
    const Uuid id = lodge(batch);
    happens(v1::EVENT_KIND_ADMITTED, id, took / 2);
    happens(v1::EVENT_KIND_DELIVERED, id, took);
    answered(id, took * 2, function);
    return id;
  }

  IndicatorCounts counted() const {
    return IndicatorCounter(ledger_, pairs_, Duration::from_seconds(1)).count();
  }
  std::optional<double> value(std::string_view name) const {
    for (const Indicator& indicator : indicators()) {
      if (indicator.name == name) return indicator.of(latency_, counted());
    }
    ADD_FAILURE() << "no indicator " << name;
    return std::nullopt;
  }

  ExchangeLedger ledger_;
  BatchIndex batch_ = ledger_.open_batch({"imports", "NZ", "CN", true, true});
  ConsignmentPairs pairs_;
  StageLatencies latency_;
  std::uint64_t number_ = 0;
};

TEST_F(Indicators, AreUnknownWhereNothingWasLodged) {
  for (const Indicator& indicator : indicators())
    EXPECT_EQ(value(indicator.name), std::nullopt) << indicator.name;
}

TEST_F(Indicators, CountADocumentWithoutItsAnswerOrWithoutEndAsNotPaperless) {
  live(batch_, 20 * ms);
  live(batch_, 20 * ms);
  happens(v1::EVENT_KIND_EXPIRED, lodge(batch_), 100 * ms);
  const Uuid open = lodge(batch_);
  happens(v1::EVENT_KIND_DELIVERED, open, 2000 * ms);
  EXPECT_THAT(value("paperless.rate"), Optional(0.5));
  EXPECT_THAT(value("electronic.rate"), Optional(0.75));
  EXPECT_THAT(value("realtime.share"), Optional(0.5));
  EXPECT_THAT(value("timers.missed"), Optional(0.25));
  EXPECT_THAT(value("paper.touches"), Optional(0.25));
}

TEST_F(Indicators, CountRealTimeToTheMicrosecond) {
  live(batch_, 1000 * ms);
  live(batch_, 1000 * ms + 1);
  EXPECT_EQ(counted().arrived_in_real_time, 1u);
}

TEST_F(Indicators, CountARejectionAsDealtWithByDataButNotAsAcceptedAtOnce) {
  live(batch_, 20 * ms);
  live(batch_, 20 * ms, "03");
  EXPECT_THAT(value("paperless.rate"), Optional(1.0));
  EXPECT_THAT(value("first_pass.rate"), Optional(0.5));
}

TEST_F(Indicators, LeaveFollowUpsAndAttacksOut) {
  const BatchIndex amendments = ledger_.open_batch({"amended", "NZ", "CN", true, false, false});
  live(batch_, 20 * ms);
  happens(v1::EVENT_KIND_REFUSED, lodge(amendments), 5 * ms);
  EXPECT_EQ(counted().consignments, 1u);
  EXPECT_THAT(value("paperless.rate"), Optional(1.0));
}

TEST_F(Indicators, SayWhatSingleWindowsFoundAndWhenGoodsWereReleased) {
  found(live(batch_, 20 * ms), 21 * ms, v1::RISK_CHANNEL_GREEN, true);
  found(live(batch_, 20 * ms), 21 * ms, v1::RISK_CHANNEL_YELLOW, false, true);
  const Uuid inspected = live(batch_, 20 * ms);
  found(inspected, 21 * ms, v1::RISK_CHANNEL_RED, false);
  live(batch_, 20 * ms, "03");
  v1::Event release = event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, inspected, 720 * ms);
  release.mutable_findings()->set_released(true);
  ledger_.apply(release);
  EXPECT_THAT(value("selectivity.green"), Optional(1.0 / 3));
  EXPECT_THAT(value("selectivity.yellow"), Optional(1.0 / 3));
  EXPECT_THAT(value("selectivity.red"), Optional(1.0 / 3));
  EXPECT_THAT(value("agencies.served"), Optional(2.0));
  EXPECT_THAT(value("release.rate"), Optional(2.0 / 3));
  EXPECT_THAT(value("paperless.rate"), Optional(0.75));
  EXPECT_THAT(value("paper.touches"), Optional(0.25));
  const IndicatorCounts counts = counted();
  EXPECT_EQ(counts.release.count, 2u);
  EXPECT_NEAR(counts.release.max, 720, 1);
  EXPECT_NEAR(counts.clearance.max, 700, 1);
}

TEST_F(Indicators, CountWhatIsOnPaperNeitherAsElectronicNorAsPaperlessUntilItIsKeyed) {
  live(batch_, 20 * ms);
  const Uuid paper = live(batch_, 20 * ms), in_the_post = live(batch_, 20 * ms);
  for (const Uuid& id : {paper, in_the_post}) {
    v1::Event posted = event(v1::EVENT_KIND_BUSINESS_DECIDED, id, 21 * ms);
    posted.mutable_findings()->set_on_paper(true);
    ledger_.apply(posted);
  }
  v1::Event keyed = event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, paper, 5000 * ms);
  keyed.mutable_findings()->set_on_paper(true);
  keyed.mutable_findings()->set_keyed_fields(40);
  keyed.mutable_findings()->set_wrong_fields(2);
  ledger_.apply(keyed);
  EXPECT_THAT(value("electronic.rate"), Optional(1.0 / 3));
  EXPECT_THAT(value("paperless.rate"), Optional(1.0 / 3));
  EXPECT_THAT(value("realtime.share"), Optional(1.0 / 3));
  EXPECT_THAT(value("paper.touches"), Optional(2.0 / 3));
  EXPECT_THAT(value("rekeyed.fields"), Optional(40.0 / 3));
  EXPECT_THAT(value("keying.errors"), Optional(0.05));
  const IndicatorCounts counts = counted();
  EXPECT_EQ(counts.arrived, 3u);
  EXPECT_EQ(counts.usable.count, 2u);
  EXPECT_NEAR(counts.usable.max, 5000, 5);
}

TEST_F(Indicators, CountTheLeadOfUsableDataOverTheGoods) {
  EXPECT_EQ(value("prearrival.share"), std::nullopt);
  ExchangeLedger::Batch by_air{"by air", "NZ", "CN", true, true};
  by_air.goods_arrive = Duration::from_milliseconds(1000);
  const BatchIndex batch = ledger_.open_batch(std::move(by_air));
  live(batch, 200 * ms);
  live(batch, 1000 * ms);
  const Uuid paper = live(batch, 20 * ms);
  v1::Event keyed = event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, paper, 5000 * ms);
  keyed.mutable_findings()->set_on_paper(true);
  keyed.mutable_findings()->set_keyed_fields(40);
  ledger_.apply(keyed);
  lodge(batch);
  live(batch_, 20 * ms);
  EXPECT_THAT(value("prearrival.share"), Optional(0.25));
  const IndicatorCounts counts = counted();
  EXPECT_EQ(counts.goods_awaited, 4u);
  EXPECT_EQ(counts.lead.count, 3u);
  EXPECT_NEAR(counts.lead.max, 800, 1);
  EXPECT_EQ(counts.lead.p50, 0);
}

TEST_F(Indicators, SayWhatTheAdministrationOfImportPaired) {
  const auto pair = [&](v1::MatchOutcome outcome, bool late, std::vector<std::string> fields) {
    const Uuid id = live(batch_, 20 * ms);
    v1::Event decided = event(v1::EVENT_KIND_BUSINESS_DECIDED, id, 21 * ms);
    decided.mutable_findings()->set_match(outcome);
    decided.mutable_findings()->set_late(late);
    for (const std::string& field : fields) decided.mutable_findings()->add_discrepancies(field);
    ledger_.apply(decided);
    return id;
  };
  pair(v1::MATCH_OUTCOME_MATCHED, false, {});
  const Uuid honey = pair(v1::MATCH_OUTCOME_DISCREPANCY, false, {"value", "gross mass"});
  pair(v1::MATCH_OUTCOME_NOTHING_FOUND, false, {});
  pair(v1::MATCH_OUTCOME_NOTHING_FOUND, false, {});
  pair(v1::MATCH_OUTCOME_MATCHED, true, {});
  pair(v1::MATCH_OUTCOME_DISCREPANCY, true, {"gross mass"});
  live(batch_, 20 * ms);
  // A release says no more of it.
  v1::Event release = event(v1::EVENT_KIND_BUSINESS_FOLLOWED_UP, honey, 720 * ms);
  release.mutable_findings()->set_released(true);
  ledger_.apply(release);
  EXPECT_THAT(value("paired.rate"), Optional(0.5));
  EXPECT_THAT(value("paired.discrepancy"), Optional(0.5));
  EXPECT_THAT(value("paired.late"), Optional(0.5));
  EXPECT_THAT(counted().discrepancies,
              testing::ElementsAre(DiscrepancyRow{"gross mass", 2}, DiscrepancyRow{"value", 1}));
}

// Node hosts are heard on pipes of their own: the recipient's words may come before the sender's.
TEST_F(Indicators, TakeWhatTheRecipientSaysBeforeTheSender) {
  const Uuid id = next();
  const std::string reference = plan(batch_);
  happens(v1::EVENT_KIND_DELIVERED, id, 20 * ms);
  found(id, 21 * ms, v1::RISK_CHANNEL_GREEN, true);
  answered(id, 40 * ms, "01");
  take_in(id, reference);
  const IndicatorCounts counts = counted();
  EXPECT_EQ(counts.arrived, 1u);
  EXPECT_EQ(counts.accepted_at_once, 1u);
  EXPECT_EQ(counts.green, 1u);
  EXPECT_NEAR(counts.clearance.max, 1, 0.01);
  EXPECT_NEAR(counts.closing.max, 40, 0.1);
}

TEST_F(Indicators, AreMeasuresThatExpectationsNameAndSelect) {
  const auto expectation = parse_expectation("paperless.rate[to=CN] >= 95%");
  ASSERT_TRUE(expectation) << describe(expectation.error());
  RunReport report;
  report.slices = {{"to", "CN", {}, {}, 0, 0, {.consignments = 40, .paperless = 39}}};
  EXPECT_THAT(expectation->value(report), Optional(0.975));
  EXPECT_FALSE(expectation->measure->while_running);
  for (const Indicator& indicator : indicators()) {
    const bool time = indicator.unit == Measure::Unit::milliseconds;
    const std::string text = std::string(indicator.name) + (time ? " < 1s" : " <= 1");
    EXPECT_TRUE(parse_expectation(text)) << text;
  }
}

TEST_F(Indicators, AreDocumentedAsTheCodeDefinesThem) {
  std::ostringstream text;
  text << std::ifstream(GNC_SOURCE_DIR "/docs/indicators.md").rdbuf();
  EXPECT_TRUE(text.str() == indicators_reference()) << "gncsim schema indicators > docs/indicators.md";
}

}  // namespace
}  // namespace gnc::scenarios::indicator_test
