#include "scenarios/engine/run_measures.h"

#include <gmock/gmock.h>

#include <random>

#include "scenarios/engine/histogram_log.h"
#include "scenarios/engine/measures_so_far.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::run_measures_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t ms = 1000;
constexpr std::int64_t s = 1'000'000;
// Long after 1970, as in life.
constexpr std::int64_t origin = 1'700'000'000 * s;

// A run of which the test says what happened; times in microseconds from the origin.
class Measures : public testing::Test {
 protected:
  BatchIndex workload(const std::string& name, const std::string& from = "NZ", const std::string& to = "CN") {
    return ledger_.open_batch({name, from, to, true, true});
  }
  BatchIndex step(const std::string& name) { return ledger_.open_batch({name, "NZ", "CN", true, false}); }

  Uuid lodge(BatchIndex batch, std::int64_t intended, std::int64_t lag = 0) {
    const std::string reference = "a.xml#" + std::to_string(++number_);
    const Instant at{origin + intended};
    ledger_.mark_sent(ledger_.plan({reference, "a.xml", batch, at, {}}), at + Duration{lag});
    const Uuid id = Uuid::from_parts(at, number_ * 0x9e3779b97f4a7c15u, number_ * 0xc2b2ae3d27d4eb4fu);
    v1::Event event = made(v1::EVENT_KIND_LODGED, id, intended + lag);
    event.set_reference(reference);
    ledger_.apply(event);
    return id;
  }
  void happens(v1::EventKind kind, const Uuid& id, std::int64_t at) { ledger_.apply(made(kind, id, at)); }
  // Admitted, delivered and processed so long after the intended time.
  Uuid live(BatchIndex batch, std::int64_t intended, std::int64_t took, std::int64_t lag = 0) {
    const Uuid id = lodge(batch, intended, lag);
    happens(v1::EVENT_KIND_ADMITTED, id, intended + took / 2);
    happens(v1::EVENT_KIND_DELIVERED, id, intended + took);
    happens(v1::EVENT_KIND_PROCESSED, id, intended + 2 * took);
    return id;
  }
  static v1::Event made(v1::EventKind kind, const Uuid& id, std::int64_t at) {
    v1::Event event;
    event.set_kind(kind);
    event.set_at(origin + at);
    event.set_exchange(std::string(id.view()));
    return event;
  }

  RunReport measured() {
    RunReport report;
    measure_run(ledger_, settings_, {}, report);
    return report;
  }
  const SliceRow& slice(const RunReport& report, std::string_view kind, std::string_view name) {
    for (const SliceRow& row : report.slices) {
      if (row.kind == kind && row.name == name) return row;
    }
    ADD_FAILURE() << "no slice " << kind << " " << name;
    return report.slices.front();
  }

  ExchangeLedger ledger_;
  MeasureSettings settings_{Instant{origin}, Instant{origin + 10 * s}, {}, {}, {}};
  std::uint64_t number_ = 0;
};

TEST_F(Measures, TellWorkloadsSendersAndRecipientsApart) {
  const BatchIndex one = workload("one"), other = workload("other", "AU", "CN");
  for (int i = 0; i < 100; ++i) live(one, i * 10 * ms, 20 * ms);
  for (int i = 0; i < 50; ++i) live(other, i * 20 * ms, 60 * ms);
  const RunReport report = measured();
  EXPECT_EQ(slice(report, "workload", "one").exchange.processed, 100u);
  EXPECT_NEAR(slice(report, "workload", "one").latency.delivered.p50, 20, 0.02);
  EXPECT_NEAR(slice(report, "workload", "one").rate_asked, 100, 1e-6);
  EXPECT_NEAR(slice(report, "workload", "other").latency.delivered.p50, 60, 0.06);
  EXPECT_NEAR(slice(report, "workload", "other").rate_asked, 50, 1e-6);
  EXPECT_EQ(slice(report, "from", "NZ").exchange.submitted, 100u);
  EXPECT_EQ(slice(report, "from", "AU").latency.processed.count, 50u);
  EXPECT_EQ(slice(report, "to", "CN").exchange.delivered, 150u);
  EXPECT_EQ(report.latency.delivered.count, 150u);
  EXPECT_EQ(report.latency.admitted.max, 30);
}

TEST_F(Measures, CountWhatWasIntendedInAPhaseAndWhatCameToItsEndInIt) {
  const BatchIndex load = workload("load");
  // One each 10 ms for 4 s; what was intended in the third second is delivered in the fourth.
  for (int i = 0; i < 400; ++i) {
    const std::int64_t intended = i * 10 * ms;
    const bool stalled = intended >= 2 * s && intended < 3 * s;
    live(load, intended, stalled ? 1 * s : 1 * ms);
  }
  settings_.phases = {{"before", Duration{}, Duration{2 * s}},
                      {"outage", Duration{2 * s}, Duration{3 * s}},
                      {"after", Duration{3 * s}, std::nullopt}};
  const RunReport report = measured();
  const SliceRow& outage = slice(report, "phase", "outage");
  EXPECT_EQ(outage.exchange.submitted, 100u);
  EXPECT_EQ(outage.exchange.delivered, 100u);
  EXPECT_NEAR(outage.latency.delivered.p50, 1000, 1);
  EXPECT_NEAR(outage.rate_asked, 100, 1e-6);
  EXPECT_NEAR(outage.rate_got, 0, 1e-6);
  EXPECT_NEAR(slice(report, "phase", "before").latency.delivered.p99, 1, 0.01);
  EXPECT_NEAR(slice(report, "phase", "before").rate_got, 100, 1);
  EXPECT_EQ(slice(report, "phase", "after").exchange.submitted, 100u);

  ASSERT_THAT(report.timeline, SizeIs(5));
  EXPECT_EQ(report.timeline[2].asked, 100);
  EXPECT_EQ(report.timeline[2].sent, 100u);
  EXPECT_EQ(report.timeline[2].delivered, 0u);
  EXPECT_EQ(report.timeline[3].delivered, 200u);
  EXPECT_EQ(report.timeline[4].ended, 100u);
  EXPECT_EQ(report.timeline[2].delivered_p50_ms, 1000);
  EXPECT_EQ(report.timeline[3].delivered_max_ms, 1);
}

TEST_F(Measures, LeaveAGivenWarmUpOutOfLatenciesAndRatesButNotOutOfCounts) {
  const BatchIndex exports = step("exports"), load = workload("load");
  live(exports, -5 * s, 7 * ms);
  for (int i = 0; i < 300; ++i) live(load, i * 10 * ms, i < 100 ? 500 * ms : 5 * ms, i < 100 ? 90 * ms : 0);
  settings_.warm_up = {MeasuredWarmUp::Kind::given, Duration{1 * s}};
  const RunReport report = measured();
  EXPECT_EQ(report.warm_up, "given");
  EXPECT_EQ(report.warm_up_s, 1);
  EXPECT_EQ(report.latency.delivered.count, 201u);  // with that of the step
  EXPECT_EQ(report.latency.delivered.max, 7);
  EXPECT_EQ(report.lag.max, 0);
  EXPECT_EQ(slice(report, "workload", "load").exchange.delivered, 300u);
  EXPECT_EQ(slice(report, "workload", "load").latency.delivered.count, 200u);
  EXPECT_NEAR(report.rate_asked, 100, 1e-6);
  EXPECT_EQ(report.timeline[0].asked, 100);  // the picture shows all
}

TEST_F(Measures, FindTheWarmUpByMser5) {
  const BatchIndex load = workload("load");
  std::mt19937 random(5);
  std::uniform_int_distribution<std::int64_t> noise(0, 2 * ms);
  for (int i = 0; i < 3000; ++i) {
    live(load, i * ms, 10 * ms + noise(random) + (i < 500 ? (500 - i) * ms / 10 : 0));
  }
  settings_.warm_up = {MeasuredWarmUp::Kind::found, {}};
  const RunReport report = measured();
  EXPECT_EQ(report.warm_up, "found by MSER-5");
  EXPECT_NEAR(report.warm_up_s, 0.5, 0.1);
  EXPECT_LT(report.latency.delivered.max, 20);
}

TEST_F(Measures, SayThatNoEndOfTheWarmUpWasFound) {
  const BatchIndex load = workload("load");
  for (int i = 0; i < 1000; ++i) live(load, i * ms, i * ms);
  settings_.warm_up = {MeasuredWarmUp::Kind::found, {}};
  const RunReport report = measured();
  EXPECT_THAT(report.warm_up, HasSubstr("not found"));
  EXPECT_EQ(report.warm_up_s, 0);
  EXPECT_EQ(report.latency.delivered.count, 1000u);
}

TEST_F(Measures, GiveIntervalsWhereThereIsEnough) {
  const BatchIndex load = workload("load");
  std::mt19937 random(6);
  std::exponential_distribution<double> took(1.0 / 20'000);
  for (int i = 0; i < 20'000; ++i) live(load, i * 100, static_cast<std::int64_t>(took(random)));
  const RunReport report = measured();
  std::map<std::string, IntervalRow> rows;
  for (const IntervalRow& row : report.intervals) rows[row.measure] = row;
  ASSERT_TRUE(rows.contains("delivery.p50"));
  EXPECT_NEAR(rows["delivery.p50"].value, report.latency.delivered.p50, 0.02);
  EXPECT_LT(rows["delivery.p50"].low, 20 * 0.6931);
  EXPECT_GT(rows["delivery.p50"].high, 20 * 0.6931);
  EXPECT_LT(rows["delivery.p99"].low, 20 * 4.605);
  EXPECT_GT(rows["delivery.p99"].high, 20 * 4.605);
  EXPECT_GE(rows["delivery.p99"].batches, 20u);
  EXPECT_NEAR(rows["rate.got"].value, report.rate_got, 1);
}

TEST_F(Measures, GiveNoIntervalOfAPercentileThatABatchCannotHave) {
  const BatchIndex load = workload("load");
  for (int i = 0; i < 1000; ++i) live(load, i * ms, 5 * ms);
  for (const IntervalRow& row : measured().intervals)
    EXPECT_THAT(row.measure, testing::Not(HasSubstr("p99")));
}

TEST_F(Measures, WriteALogThatAddsUpToTheReport) {
  const BatchIndex load = workload("load");
  for (int i = 0; i < 500; ++i) live(load, i * 10 * ms, (1 + i % 70) * ms + i, i % 3);
  settings_.warm_up = {MeasuredWarmUp::Kind::given, Duration{1 * s}};
  const RunReport report = measured();
  const TemporaryFolder folder;
  const std::string text = latency_log(ledger_, settings_);
  const auto log = read_histogram_log(folder.write("latency.hlog", text));
  ASSERT_TRUE(log) << describe(log.error());
  EXPECT_EQ(LatencySummary::of(log->tags.at("admitted")), report.latency.admitted);
  EXPECT_EQ(LatencySummary::of(log->tags.at("delivered")), report.latency.delivered);
  EXPECT_EQ(LatencySummary::of(log->tags.at("processed-service")), report.service.processed);
  EXPECT_EQ(LatencySummary::of(log->tags.at("lag")), report.lag);
  // A line for each of seven tags and four seconds, after four of the header.
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4 + 7 * 4);
  EXPECT_EQ(log->from, Instant{origin + 1 * s});
}

TEST_F(Measures, FollowTheFirstExchangeOfEachStepAndTheFirstOfEachBadEnd) {
  const BatchIndex exports = step("exports");
  const Uuid first = lodge(exports, 0, 2 * ms);
  happens(v1::EVENT_KIND_SEALED, first, 3 * ms);
  const Uuid other = lodge(exports, 0, 2 * ms);
  happens(v1::EVENT_KIND_ADMITTED, other, 8 * ms);
  happens(v1::EVENT_KIND_ADMITTED, first, 7 * ms);
  const Uuid answer = Uuid::from_parts(Instant{origin}, 99, 99);
  v1::Event answered = made(v1::EVENT_KIND_LODGED, answer, 20 * ms);
  answered.set_answers(std::string(first.view()));
  answered.set_party("CN");
  ledger_.apply(answered);
  v1::Event refused = made(v1::EVENT_KIND_REFUSED, other, 30 * ms);
  refused.set_reason(v1::DOCUMENT_NOT_WELL_FORMED);
  refused.set_party("NZ");
  ledger_.apply(refused);
  ledger_.apply(refused);

  const auto rows = measured().sequences;
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].of, "exports");
  EXPECT_EQ(rows[0].exchange, first.text());
  std::vector<std::string> what;
  for (const auto& moment : rows[0].moments) what.push_back(moment.what);
  EXPECT_THAT(what, ElementsAre("lodged", "sealed", "admitted", "answer lodged"));
  EXPECT_DOUBLE_EQ(rows[0].moments[2].at_ms, 5);
  EXPECT_EQ(rows[1].of, "GNC-101");
  EXPECT_EQ(rows[1].exchange, other.text());
  ASSERT_THAT(rows[1].moments, SizeIs(3));
  EXPECT_EQ(rows[1].moments[1].what, "admitted");
  EXPECT_EQ(rows[1].moments[2].what, "refused");
  EXPECT_DOUBLE_EQ(rows[1].moments[2].at_ms, 28);
}

TEST_F(Measures, HaveNothingToSayOfAnEmptyRun) {
  const RunReport report = measured();
  EXPECT_EQ(report.latency.delivered.count, 0u);
  EXPECT_EQ(report.rate_got, 0);
  EXPECT_THAT(report.timeline, SizeIs(0));
  EXPECT_THAT(report.intervals, SizeIs(0));
}

TEST(CompactDuration, KeepsAnySpanToWithinAThousandth) {
  EXPECT_FALSE(CompactDuration().known());
  EXPECT_EQ(CompactDuration(Duration{-5}).value(), Duration{});
  for (const std::int64_t span : {0L, 1L, 999'999L, (1L << 31) - 1}) {
    EXPECT_EQ(CompactDuration(Duration{span}).value(), Duration{span});
  }
  for (const std::int64_t span : {1L << 31, 5'000'000'123L, 86'400'000'000L, (1L << 46) + 77}) {
    EXPECT_NEAR(static_cast<double>(CompactDuration(Duration{span}).value().microseconds),
                static_cast<double>(span), static_cast<double>(span) * 0.0001);
  }
  EXPECT_TRUE(CompactDuration(Duration{INT64_MAX}).known());
}

TEST_F(Measures, DrawTheCurvesOfWhatTheReportCounts) {
  const BatchIndex load = workload("load");
  for (int i = 0; i < 200; ++i) live(load, i * 10 * ms, i < 100 ? 500 * ms : 20 * ms);
  settings_.warm_up = {MeasuredWarmUp::Kind::given, Duration{1 * s}};
  const std::string csv = latency_csv(ledger_, settings_);
  EXPECT_THAT(csv, HasSubstr("clock,stage,quantile,milliseconds,count\nintended,admitted,0,10.000,100\n"));
  EXPECT_THAT(csv, HasSubstr("\nintended,delivered,1,20.000,100\n"));
  EXPECT_THAT(csv, HasSubstr("\nsent,processed,1,40.000,100\n"));
}

TEST_F(Measures, SelectByWorkloadPartyAndPhaseTogether) {
  const BatchIndex one = workload("one"), other = workload("one more", "NZ", "AU");
  for (int i = 0; i < 400; ++i) live(one, i * 10 * ms, 20 * ms);
  for (int i = 0; i < 400; ++i) live(other, i * 10 * ms, 50 * ms);
  settings_.phases = {{"second", Duration{1 * s}, Duration{2 * s}}};
  settings_.selections = {{"selection", "a", "one", {}, "CN", "second"},
                          {"selection", "b", {}, "NZ", "AU", {}},
                          {"selection", "c", "one", {}, "AU", {}},
                          {"selection", "d", {}, "NZ", {}, "never"}};
  const RunReport report = measured();
  EXPECT_EQ(slice(report, "selection", "a").exchange.processed, 100u);
  EXPECT_NEAR(slice(report, "selection", "a").latency.delivered.max, 20, 0.02);
  EXPECT_NEAR(slice(report, "selection", "a").rate_asked, 100, 1);
  EXPECT_EQ(slice(report, "selection", "b").exchange.processed, 400u);
  EXPECT_NEAR(slice(report, "selection", "b").latency.delivered.p50, 50, 0.05);
  EXPECT_EQ(slice(report, "selection", "c").exchange.submitted, 0u);
  EXPECT_EQ(slice(report, "selection", "d").exchange.submitted, 0u);
}

// Whenever it is looked at, and however much of what comes later was added up before.
TEST_F(Measures, AreSoFarWhatTheyWouldBeIfTheRunEndedNow) {
  std::mt19937_64 random(7);
  MeasuresSoFar so_far(ledger_);
  const BatchIndex first = workload("first");
  std::optional<BatchIndex> second;
  settings_.warm_up = {MeasuredWarmUp::Kind::given, Duration{3 * s}};
  settings_.phases = {{"early", Duration{}, Duration{8 * s}}};
  for (std::int64_t at = 0; at < 40 * s; at += 10 * ms) {
    if (at == 20 * s) {
      second = workload("second", "NZ", "AU");
      settings_.phases.push_back({"late", Duration{19 * s}, std::nullopt});
    }
    const BatchIndex batch = second && random() % 2 == 0 ? *second : first;
    const auto lag = static_cast<std::int64_t>(random() % (60 * ms));
    switch (random() % 8) {
      case 0:
        lodge(batch, at, lag);  // open for ever
        break;
      case 1:
        happens(v1::EVENT_KIND_EXPIRED, lodge(batch, at, lag), at + 300 * ms);
        break;
      default:
        live(batch, at, static_cast<std::int64_t>(100 * ms + random() % (400 * ms)), lag);
    }
    if (at % (7 * s) != 0) continue;
    settings_.ended = Instant{origin + at + 1 * s};
    RunReport now;
    so_far.fill(settings_, now);
    const RunReport then = measured();
    EXPECT_EQ(now.latency, then.latency) << at;
    EXPECT_EQ(now.service, then.service) << at;
    EXPECT_EQ(now.lag, then.lag) << at;
    EXPECT_EQ(now.exchange, ledger_.counts()) << at;
    EXPECT_EQ(now.generator.late, then.generator.late) << at;
    EXPECT_EQ(now.rate_asked, then.rate_asked) << at;
    EXPECT_EQ(now.rate_got, then.rate_got) << at;
    for (SliceRow row : then.slices) {
      row.indicators = {};  // known when the run is over
      EXPECT_EQ(slice(now, row.kind, row.name), row) << row.name << at;
    }
  }
}

}  // namespace
}  // namespace gnc::scenarios::run_measures_test
