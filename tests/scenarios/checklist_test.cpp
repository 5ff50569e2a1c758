#include "scenarios/engine/checklist.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "nodes/window/profile.h"
#include "scenarios/engine/convergence.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::scenarios::checklist_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::SizeIs;

constexpr std::string_view head = "checklist: c\nversion: \"1\"\ntitle: C\nillustrative: true\n";

std::vector<std::string> mistakes(std::string_view yaml) {
  const auto checklist = parse_checklist(yaml, "c.yaml");
  std::vector<std::string> all;
  if (!checklist) {
    for (const Error& error : checklist.error()) all.push_back(describe(error));
  }
  return all;
}

Checklist checklist_of(std::string_view items) {
  auto checklist = parse_checklist(std::string(head) + std::string(items), "c.yaml");
  if (!checklist) {
    for (const Error& error : checklist.error()) ADD_FAILURE() << describe(error);
    return {};
  }
  return std::move(*checklist);
}

struct Wrong {
  const char* name;
  const char* items;
  const char* where;
  const char* says;
};

class WrongChecklists : public testing::TestWithParam<Wrong> {};

TEST_P(WrongChecklists, AreShownAtTheirPlace) {
  EXPECT_THAT(mistakes(std::string(head) + GetParam().items),
              ElementsAre(AllOf(HasSubstr(GetParam().where), HasSubstr(GetParam().says))));
}

INSTANTIATE_TEST_SUITE_P(
    Checklist, WrongChecklists,
    testing::Values(
        Wrong{"no_items", "items: []\n", "c.yaml:5:8", "one item at least"},
        Wrong{"no_measure", "items: [{item: a, title: A, of: trader, holds: paperles.rate > 1%}]\n",
              "c.yaml:5:48", "\"paperless.rate\""},
        Wrong{"no_comparison", "items: [{item: a, title: A, of: trader, holds: paperless.rate}]\n",
              "c.yaml:5:48", "compares nothing"},
        Wrong{"selects", "items: [{item: a, title: A, of: trader, holds: \"paperless.rate[to=CN] > 1%\"}]\n",
              "c.yaml:5:48", "\"paperless.rate[to=CN] > 1%\" selects by itself"},
        Wrong{"no_indicator", "items: [{item: a, title: A, of: trader, holds: exchange.lost == 0}]\n",
              "c.yaml:5:48", "exchange.lost is not counted period by period, so no item can be of it"},
        Wrong{"latency", "items: [{item: a, title: A, of: trader, holds: time.deliver < 1s}]\n",
              "c.yaml:5:48", "time.deliver is not counted period by period"},
        Wrong{"nobody", "items: [{item: a, title: A, of: carrier, holds: paperless.rate > 1%}]\n",
              "c.yaml:5:33", "carrier"},
        Wrong{"no_proof", "items: [{item: a, title: A, of: administration}]\n", "c.yaml:5:9",
              "an item is shown either by holds or by profile has"},
        Wrong{"no_part", "items: [{item: a, title: A, of: administration, profile has: risks}]\n",
              "c.yaml:5:62", "\"risk\""},
        Wrong{"a_traders_profile", "items: [{item: a, title: A, of: trader, profile has: risk}]\n",
              "c.yaml:5:9", "a trader has no profile"},
        Wrong{"weight", "items: [{item: a, title: A, of: trader, holds: paperless.rate > 1%, weight: 0}]\n",
              "c.yaml:5:77", "a weight above 0, 1000 at most"},
        Wrong{"twice",
              "items:\n  - {item: a, title: A, of: administration, profile has: risk}\n"
              "  - {item: a, title: A, of: administration, profile has: tariff}\n",
              "c.yaml:7:5", "item \"a\" is there twice"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Checklist, SaysWhoseItIsOrThatItIsASample) {
  EXPECT_THAT(
      mistakes("checklist: c\nversion: \"1\"\ntitle: C\nillustrative: false\nitems: [{item: a, title: A, of: "
               "administration, profile has: risk}]\n"),
      ElementsAre(AllOf(HasSubstr("c.yaml:4:15"), HasSubstr("source"))));
  EXPECT_THAT(mistakes("profile: c\ntitle: C\n"), SizeIs(testing::Ge(1u)));
  EXPECT_THAT(mistakes("profile: c\ntitle: C\n").front(),
              HasSubstr("this is the profile c, and no checklist"));
}

TEST(Checklist, OfTheLibraryIsASampleAndSaysSo) {
  const auto read = read_checklist(GNC_SOURCE_DIR "/scenarios/checklists/digital-customs.yaml");
  ASSERT_TRUE(read) << describe(read.error().front());
  EXPECT_TRUE(read->illustrative);
  EXPECT_EQ(read->version, "1");
}

TEST(Checklist, ThatIsNotThereIsAMistakeOfTheScenario) {
  auto scenario = parse_scenario(
      "scenario: test\ntopology: {administrations: [NZ, CN]}\nagreements: [agreements/nz-cn-export.yaml]\n"
      "checklist: {file: checklists/none.yaml}\nsteps: [{pause: 1s}]\n",
      GNC_SOURCE_DIR "/scenarios/test.yaml");
  ASSERT_TRUE(scenario);
  const auto plan = plan_run(std::move(*scenario), {});
  ASSERT_FALSE(plan);
  ASSERT_THAT(plan.error(), SizeIs(1));
  EXPECT_THAT(
      describe(plan.error().front()),
      AllOf(HasSubstr("test.yaml:4:19"), HasSubstr("there is no file"), HasSubstr("checklists/none.yaml")));
}

class PlansWithChecklists : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  // Of a scenario whose China has that profile.
  tl::expected<RunPlan, std::vector<Error>> plan(const std::string& profile, const std::string& more) const {
    write("cn.yaml", "profile: cn\ntitle: CN\nillustrative: true\ncountry: CN\n" + profile);
    auto scenario = parse_scenario(
        fmt::format("scenario: test\ntopology: {{administrations: [NZ, CN], profiles: {{CN: {}}}}}\n"
                    "agreements: [{}/scenarios/agreements/nz-cn-export.yaml]\n{}steps: [{{pause: 1s}}]\n",
                    (folder_.path() / "cn.yaml").string(), GNC_SOURCE_DIR, more),
        write("test.yaml", "").string());
    if (!scenario) return tl::unexpected(scenario.error());
    return plan_run(std::move(*scenario), {});
  }

  const TemporaryFolder folder_;
};

TEST_F(PlansWithChecklists, TakeThatOfAProfileFromBesideIt) {
  write("list.yaml",
        std::string(head) + "items: [{item: a, title: A, of: administration, profile has: risk}]\n");
  const auto planned = plan("checklist: list.yaml\n", "checklist: {every: 365d}\n");
  ASSERT_TRUE(planned) << describe(planned.error().front());
  const Checklist* own = planned->checklists.of_administration(*PartyName::from_text("CN"));
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->name, "c");
  EXPECT_EQ(planned->checklists.of_administration(*PartyName::from_text("NZ")), nullptr);
}

TEST_F(PlansWithChecklists, SayWhereAProfileNamesOneThatIsNotThere) {
  const auto planned = plan("checklist: none.yaml\n", "");
  ASSERT_FALSE(planned);
  ASSERT_THAT(planned.error(), SizeIs(1));
  EXPECT_THAT(describe(planned.error().front()),
              AllOf(HasSubstr("cn.yaml:5:12"), HasSubstr("there is no file"), HasSubstr("none.yaml")));
}

TEST_F(PlansWithChecklists, SayThatPeriodsAreOfNoList) {
  const auto planned = plan("", "checklist: {every: 365d}\n");
  ASSERT_FALSE(planned);
  EXPECT_THAT(describe(planned.error().front()),
              AllOf(HasSubstr("test.yaml:4:12"), HasSubstr("there is no checklist")));
}

constexpr Instant start{1'700'000'000'000'000};
constexpr Duration period = Duration::from_seconds(10);

// A run of which the test says what happened.
class Converging : public testing::Test {
 protected:
  void lodge(BatchIndex batch, Duration after, bool on_paper) {
    ++number_;
    const Instant at = start + after;
    const std::string reference = "a.xml#" + std::to_string(number_);
    ledger_.mark_sent(ledger_.plan({reference, "a.xml", batch, at, {}}), at);
    const Uuid id = Uuid::from_parts(start, number_, number_ * 0x9e3779b97f4a7c15u);
    v1::Event event;
    event.set_exchange(std::string(id.view()));
    event.set_at(at.microseconds);
    event.set_kind(v1::EVENT_KIND_LODGED);
    event.set_reference(reference);
    ledger_.apply(event);
    event.set_kind(v1::EVENT_KIND_DELIVERED);
    ledger_.apply(event);
    event.set_kind(v1::EVENT_KIND_BUSINESS_DECIDED);
    event.mutable_findings()->set_on_paper(on_paper);
    ledger_.apply(event);
  }

  RunReport report(const Checklist& checklist, std::optional<Duration> every = period) const {
    return report_with({std::make_shared<const Checklist>(checklist), {}}, every);
  }

  RunReport report_with(const Checklists& checklists, std::optional<Duration> every = period) const {
    RunReport report;
    const ChecklistView view{checklists, profiles_, start, every};
    report.convergence =
        convergence_of(view, ledger_, IndicatorCounter(ledger_, pairs_, Duration::from_seconds(1)));
    return report;
  }

  static std::optional<double> value(const RunReport& report, std::string_view measure) {
    const auto expectation = parse_expectation(std::string(measure) + " >= 0%");
    EXPECT_TRUE(expectation) << measure;
    return expectation ? expectation->value(report) : std::nullopt;
  }

  ExchangeLedger ledger_;
  BatchIndex to_cn_ = ledger_.open_batch({"wool", "NZ", "CN", true, true});
  BatchIndex to_au_ = ledger_.open_batch({"wine", "NZ", "AU", true, true});
  ConsignmentPairs pairs_;
  std::map<PartyName, std::shared_ptr<const window::Profile>> profiles_;
  std::uint64_t number_ = 0;
};

constexpr std::string_view items =
    "items:\n"
    "  - {item: data, title: As data, of: administration, holds: electronic.rate >= 90%, weight: 3}\n"
    "  - {item: duty, title: Duty, of: administration, profile has: treasury}\n"
    "  - {item: no-paper, title: No paper, of: trader, holds: paper.touches == 0}\n";

TEST_F(Converging, IsWhatEachPartyHoldsOfTheWeightPeriodByPeriod) {
  window::Profile with_treasury;
  with_treasury.treasury.accounts.emplace_back();
  profiles_[*PartyName::from_text("AU")] = std::make_shared<const window::Profile>(with_treasury);
  lodge(to_cn_, Duration::from_seconds(1), true);
  lodge(to_cn_, Duration::from_seconds(11), false);
  lodge(to_cn_, Duration::from_seconds(12), true);
  lodge(to_cn_, Duration::from_seconds(31), false);
  lodge(to_au_, Duration::from_seconds(1), false);
  const RunReport shown = report(checklist_of(items));

  std::vector<std::string> rows;
  for (const ConvergenceRow& row : shown.convergence)
    rows.push_back(fmt::format("{} {} {}: {} of {}", row.role, row.party, row.period, row.held, row.weight));
  // Nothing was lodged in the third period, nor anything in Australia after the first.
  EXPECT_THAT(rows,
              ElementsAre("administration CN 1: 0 of 4", "administration CN 2: 0 of 4",
                          "administration CN 4: 3 of 4", "trader wool 1: 0 of 1", "trader wool 2: 0 of 1",
                          "trader wool 4: 1 of 1", "administration AU 1: 4 of 4", "trader wine 1: 1 of 1"));
  EXPECT_THAT(value(shown, "convergence[to=CN]"), Optional(0.75));
  EXPECT_THAT(value(shown, "convergence.first[to=CN]"), Optional(0.0));
  EXPECT_THAT(value(shown, "convergence[to=AU]"), Optional(1.0));
  EXPECT_THAT(value(shown, "convergence[workload=wool]"), Optional(1.0));
  EXPECT_THAT(value(shown, "convergence.first[workload=wool]"), Optional(0.0));
  // All of the last period: China and its trader. All of the first: everybody.
  EXPECT_THAT(value(shown, "convergence"), Optional(0.8));
  EXPECT_THAT(value(shown, "convergence.first"), Optional(0.5));
  EXPECT_EQ(value(shown, "convergence[to=NZ]"), std::nullopt);
}

TEST_F(Converging, CountsWhatWasNotMeasuredAsNotHeld) {
  lodge(to_cn_, Duration::from_seconds(1), false);
  const RunReport shown = report(
      checklist_of("items: [{item: a, title: A, of: administration, holds: prearrival.share >= 1%}]\n"));
  ASSERT_THAT(shown.convergence, SizeIs(2));
  EXPECT_FALSE(shown.convergence[0].items[0].held);
  EXPECT_EQ(shown.convergence[0].items[0].value, std::nullopt);
}

TEST_F(Converging, IsOfTheWholeRunWithoutPeriods) {
  lodge(to_cn_, Duration::from_seconds(1), true);
  lodge(to_cn_, Duration::from_seconds(100), false);
  const RunReport shown = report(checklist_of(items), std::nullopt);
  ASSERT_THAT(shown.convergence, SizeIs(2));
  EXPECT_EQ(shown.convergence[0].consignments, 2u);
  EXPECT_THAT(shown.convergence[0].items[0].value, Optional(0.5));
}

TEST_F(Converging, IsOfAnAdministrationsOwnListBeforeTheCommonOne) {
  Checklist own =
      checklist_of("items: [{item: b, title: B, of: administration, holds: paper.touches == 0}]\n");
  own.name = "own";
  lodge(to_cn_, Duration::from_seconds(1), false);
  lodge(to_au_, Duration::from_seconds(1), false);
  const auto lists = [](const RunReport& shown) {
    std::vector<std::string> rows;
    for (const ConvergenceRow& row : shown.convergence)
      rows.push_back(fmt::format("{} by {}", row.party, row.checklist));
    return rows;
  };
  Checklists lists_there{std::make_shared<const Checklist>(checklist_of(items)), {}};
  lists_there.own[*PartyName::from_text("CN")] = std::make_shared<const Checklist>(own);
  const RunReport both = report_with(lists_there);
  EXPECT_THAT(lists(both), ElementsAre("CN by own", "wool by c", "AU by c", "wine by c"));
  EXPECT_THAT(report_table(both), AllOf(HasSubstr("Convergence with c 1, period by period"),
                                        HasSubstr("Convergence with own 1, period by period")));
  // Without a common one, traders go by that of the administration that they lodge with; where there is none,
  // nothing is said.
  lists_there.common = nullptr;
  EXPECT_THAT(lists(report_with(lists_there)), ElementsAre("CN by own", "wool by own"));
}

TEST_F(Converging, IsThereForPeopleAndSurvivesJson) {
  lodge(to_cn_, Duration::from_seconds(1), true);
  lodge(to_cn_, Duration::from_seconds(11), false);
  RunReport shown = report(checklist_of(items));
  EXPECT_THAT(report_table(shown), HasSubstr("administration CN"));
  EXPECT_THAT(report_table(shown), HasSubstr("Convergence with c 1, period by period"));
  const auto again = report_from_json(to_json(shown));
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->convergence, shown.convergence);
  EXPECT_THAT(report_table(RunReport{}), testing::Not(HasSubstr("Convergence")));
}

}  // namespace
}  // namespace gnc::scenarios::checklist_test
