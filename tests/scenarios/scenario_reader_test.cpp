#include "scenarios/engine/scenario_reader.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::scenario_reader_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* good = R"(scenario: Export data arrives before the ship
seed: 7
topology:
  design: hub
  administrations: [NZ, CN]
  links:
    default: {latency: 80ms, jitter: 10ms, bandwidth: 100Mbit}
    CN-gateway: {latency: 5ms}
agreements: [nz-cn.yaml]
steps:
  - lodge: {at: NZ, to: CN, documents: documents/*.xml, as: exports}
  - await: {at: CN, receives: exports, within: 2s}
  - pause: 10ms
workload:
  - name: morning peak
    flow: export-declaration
    from: NZ
    to: CN
    documents: [documents/*.xml]
    arrivals: {rate: 200/s, for: 60s}
    priority: bulk
expect:
  - exchange.lost == 0
  - delivery.p99 < 500ms
)";

class ScenarioReader : public testing::Test {
 protected:
  void SetUp() override { folder_.write("nz-cn.yaml", ""); }

  auto parse(std::string text) { return parse_scenario(std::move(text), folder_.path() / "s.yaml"); }

  // `good` with the first `from` replaced by `to`.
  static std::string changed(std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  }

  // Every mistake as "line:column: GNC-803 KEY_UNKNOWN: … — remedy", without the file's name.
  std::vector<std::string> mistakes(std::string text) {
    const auto read = parse(std::move(text));
    std::vector<std::string> lines;
    if (read) return lines;
    for (const Error& error : read.error()) {
      std::string line = describe(error);
      const std::string file = (folder_.path() / "s.yaml:").string();
      if (line.starts_with(file)) line.erase(0, file.size());
      lines.push_back(line);
    }
    return lines;
  }

  TemporaryFolder folder_;
};

TEST_F(ScenarioReader, ReadsEveryPart) {
  const auto scenario = parse(good);
  ASSERT_TRUE(scenario) << describe(scenario.error().front());
  EXPECT_EQ(scenario->name, "Export data arrives before the ship");
  EXPECT_EQ(scenario->seed, 7u);
  const PartyName nz = *PartyName::from_text("NZ"), cn = *PartyName::from_text("CN");
  EXPECT_THAT(scenario->topology.administrations, ElementsAre(nz, cn));
  EXPECT_EQ(scenario->topology.link_of(nz).bandwidth, 100'000'000u);
  EXPECT_EQ(scenario->topology.link_of(cn).latency, Duration::from_milliseconds(5));
  ASSERT_EQ(scenario->steps.size(), 3u);
  const auto& lodge = std::get<LodgeStep>(scenario->steps[0].action);
  EXPECT_EQ(lodge.at, nz);
  EXPECT_EQ(lodge.as, "exports");
  EXPECT_THAT(std::get<FileSource>(lodge.documents).patterns, ElementsAre("documents/*.xml"));
  EXPECT_EQ(std::get<AwaitStep>(scenario->steps[1].action).within, Duration::from_seconds(2));
  EXPECT_EQ(std::get<PauseStep>(scenario->steps[2].action).length, Duration::from_milliseconds(10));
  ASSERT_EQ(scenario->workloads.size(), 1u);
  const auto& arrivals = std::get<Arrivals>(scenario->workloads[0].model);
  ASSERT_EQ(arrivals.stages.size(), 1u);
  EXPECT_EQ(arrivals.stages[0].to, Rate{200});
  EXPECT_EQ(arrivals.stages[0].length, Duration::from_seconds(60));
  EXPECT_EQ(scenario->workloads[0].priority, "bulk");
  ASSERT_EQ(scenario->expectations.size(), 2u);
  EXPECT_EQ(scenario->expectations[1].bound, 500);
  EXPECT_TRUE(scenario->processes.restart);
}

TEST_F(ScenarioReader, ReportsEveryMistakeInAFileAtItsPlace) {
  const auto found = mistakes(R"(scenaro: typo
topology: {administrations: [NZ, Norway, NZ], links: {NZ-gatway: {latncy: 1ms, bandwidth: fast}}}
agreements: [missing.yaml]
steps:
  - lodge: {at: NZ, to: AU, documents: x.xml}
  - wait: {at: NZ}
expect: [exchange.lots == 0]
)");
  std::string all;
  for (const std::string& line : found) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("1:1: GNC-803 KEY_UNKNOWN:"));
  EXPECT_THAT(all, HasSubstr("GNC-804 KEY_MISSING:"));
  EXPECT_THAT(all, HasSubstr("2:34: GNC-805 KEY_VALUE:"));
  EXPECT_THAT(all, HasSubstr("2:42: GNC-805 KEY_VALUE: NZ is there twice"));
  EXPECT_THAT(all, HasSubstr("2:55: GNC-806 REFERENCE_UNKNOWN:"));
  EXPECT_THAT(all, HasSubstr("2:67: GNC-803 KEY_UNKNOWN:"));
  EXPECT_THAT(all, HasSubstr("2:91: GNC-805 KEY_VALUE:"));
  EXPECT_THAT(all, HasSubstr("3:14: GNC-806 REFERENCE_UNKNOWN: there is no file"));
  EXPECT_THAT(all, HasSubstr("5:25: GNC-806 REFERENCE_UNKNOWN:"));
  EXPECT_THAT(all, HasSubstr("6:5: GNC-803 KEY_UNKNOWN:"));
  EXPECT_THAT(all, HasSubstr("7:10: GNC-806 REFERENCE_UNKNOWN: there is no measure \"exchange.lots\""));
  EXPECT_EQ(found.size(), 11u) << all;
}

struct Broken {
  const char* from;
  const char* to;
  const char* message;

  friend void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.to; }
};

class BrokenScenario : public ScenarioReader, public testing::WithParamInterface<Broken> {};

TEST_P(BrokenScenario, IsReportedExactly) {
  EXPECT_THAT(mistakes(changed(GetParam().from, GetParam().to)), ElementsAre(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenScenario,
    testing::Values(
        Broken{"seed: 7", "sed: 7",
               "2:1: GNC-803 KEY_UNKNOWN: unknown key \"sed\" in the scenario - Did you mean \"seed\"?"},
        Broken{"design: hub", "design: hubb",
               "4:11: GNC-806 REFERENCE_UNKNOWN: no word \"hubb\" - Did you mean \"hub\"?"},
        Broken{"latency: 80ms", "latency: 80",
               "7:24: GNC-805 KEY_VALUE: \"80\" where a duration like 80ms, 1.5s, 10m, 2h or 30d is wanted - "
               "Write a duration like 80ms, 1.5s, 10m, 2h or 30d."},
        Broken{"as: exports", "as: imports",
               "12:31: GNC-806 REFERENCE_UNKNOWN: no set of documents lodged before \"exports\" - Did you "
               "mean \"imports\"?"},
        Broken{"await: {at: CN", "await: {at: NZ",
               "12:17: GNC-805 KEY_VALUE: exports was lodged to CN, not NZ - Await it at CN."},
        Broken{"at: NZ, to: CN, documents", "at: CN, to: CN, documents",
               "11:25: GNC-805 KEY_VALUE: CN would send to itself - Name another recipient."},
        Broken{"arrivals: {rate: 200/s, for: 60s}", "count: 0x",
               "20:12: GNC-805 KEY_VALUE: \"0x\" where a whole number that is not negative is wanted - Write "
               "a whole number that is not negative."},
        Broken{"arrivals: {rate: 200/s, for: 60s}", "arrivals: {rate: 200/s}",
               "20:15: GNC-804 KEY_MISSING: workload morning peak has no end - Add for to its arrivals, or a "
               "count to the workload."},
        Broken{"rate: 200/s", "rate: often",
               "20:22: GNC-805 KEY_VALUE: \"often\" where a rate like 200/s is wanted - Write a rate like "
               "200/s."},
        Broken{"delivery.p99 < 500ms", "delivery.p98 < 500ms",
               "24:5: GNC-806 REFERENCE_UNKNOWN: there is no measure \"delivery.p98\" - Did you mean "
               "\"delivery.p90\"?"},
        Broken{"delivery.p99 < 500ms", "delivery.p99 < 500",
               "24:5: GNC-805 KEY_VALUE: \"500\" is not a duration - Write a duration: 500ms, 2s."},
        Broken{"delivery.p99 < 500ms", "delivery.p99 500ms",
               "24:5: GNC-805 KEY_VALUE: \"delivery.p99 500ms\" compares nothing - Write a measure, a "
               "comparison (== != < <= > >=) and a value: delivery.p99 < 500ms."},
        Broken{"priority: bulk", "priority: high",
               "21:15: GNC-806 REFERENCE_UNKNOWN: no word \"high\" - There are: urgent, normal, bulk."},
        Broken{"  - pause: 10ms", "  - pause: 10ms\n  - lodge: {at: NZ, to: CN, documents: x, as: exports}",
               "14:47: GNC-805 KEY_VALUE: there are documents named exports already - Give each step's "
               "documents a name of their own."},
        Broken{
            "  - pause: 10ms", "  - {pause: 10ms, lodge: {}}",
            "13:19: GNC-805 KEY_VALUE: pause and lodge in one step - Write a step for each, with a - of its "
            "own."},
        Broken{"seed: 7", "seed: [7",
               "3:9: GNC-802 YAML_MALFORMED: end of sequence flow not found - Correct the text at the place "
               "named."}));

TEST_F(ScenarioReader, NeedsSomethingToDo) {
  std::string text = good;
  text.erase(text.find("steps:"));
  EXPECT_THAT(mistakes(text), ElementsAre(HasSubstr("the scenario does nothing")));
}

TEST_F(ScenarioReader, NamesTheFileThatCannotBeRead) {
  const auto read = read_scenario(folder_.path() / "absent.yaml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().front().code, v1::FILE_UNREADABLE);
}

TEST(ScenarioLanguage, SaysOfEachKeyWhatItTakesAndMeans) {
  for (const SectionDefinition& section : scenario_language()) {
    for (const KeyDefinition& key : section.keys) {
      EXPECT_FALSE(key.meaning.empty()) << section.name << ": " << key.name;
      // Of a step's keys one must be there, whichever.
      EXPECT_TRUE(key.required || !key.standard.empty() || key.kind == KeyDefinition::Kind::section ||
                  section.name == "a step")
          << section.name << ": " << key.name;
      EXPECT_FALSE(kind_words(key).empty());
    }
  }
}

}  // namespace
}  // namespace gnc::scenarios::scenario_reader_test
