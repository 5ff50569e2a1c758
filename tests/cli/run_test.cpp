#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/command.h"
#include "tests/json/json_schema.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::run_test {
namespace {

using scenarios::TemporaryFolder;
using testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path source = GNC_SOURCE_DIR;

class Run : public testing::Test {
 protected:
  // Runs `gncsim run SCENARIO --out DIR` and what else is said; gives the status.
  int run(const fs::path& scenario, std::vector<std::string> more = {}) {
    start(scenario, std::move(more));
    return command_->wait();
  }
  void start(const fs::path& scenario, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"run", scenario.string(), "--out", out().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    command_ = std::make_unique<Command>(arguments, folder_.path() / "errors");
  }

  fs::path out() const { return folder_.path() / name_; }
  nlohmann::json report() const { return nlohmann::json::parse(content_of(out() / "report.json")); }
  std::string errors() const { return command_->errors(); }

  // A scenario between NZ and CN without delays, with these lines at its end.
  fs::path scenario(const std::string& lines) const {
    return folder_.write("s.yaml", "scenario: test\ntopology: {administrations: [NZ, CN]}\nagreements: [" +
                                       (source / "scenarios/agreements/nz-cn-export.yaml").string() + "]\n" +
                                       lines);
  }
  static std::string documents(std::string_view name) {
    return (source / "scenarios/documents/export" / name).string();
  }
  std::string lodge_all() const {
    return "  - lodge: {at: NZ, to: CN, documents: " + documents("*.xml") + ", as: all}\n";
  }

  static void expect_promises_held(const nlohmann::json& report) {
    EXPECT_GE(report["promises"].size(), 5u);
    for (const auto& promise : report["promises"]) EXPECT_TRUE(promise["held"]) << promise;
  }

  TemporaryFolder folder_;
  std::string name_ = "run";
  std::unique_ptr<Command> command_;
};

TEST_F(Run, ExchangesEveryDeclarationOfTheFirstScenario) {
  ASSERT_EQ(run(source / "scenarios/export-import.yaml"), 0) << command_->output() << errors();
  const auto found = report();
  const auto all = static_cast<unsigned>(
      std::distance(fs::directory_iterator(source / "scenarios/documents/export"), fs::directory_iterator()));
  EXPECT_GE(all, 12u);
  for (const char* count : {"submitted", "admitted", "delivered", "processed"}) {
    EXPECT_EQ(found["exchange"][count], all) << count;
  }
  for (const char* count : {"refused", "expired", "dead_lettered", "open", "delivered_twice", "lost"}) {
    EXPECT_EQ(found["exchange"][count], 0) << count;
  }
  EXPECT_EQ(found["answers"]["accepted"], all);
  expect_promises_held(found);
  for (const auto& expectation : found["expectations"]) EXPECT_TRUE(expectation["held"]) << expectation;
  // Two links of 20 ms there, and as much back; up to 2 ms of jitter less on each.
  EXPECT_GE(found["latency_ms"]["delivered"]["p50"], 36);
  EXPECT_GE(found["latency_ms"]["processed"]["p50"], 72);
  EXPECT_EQ(found["latency_ms"]["delivered"]["count"], all);
  EXPECT_GT(found["cost"]["cpu_us_per_exchange"], 0);
  EXPECT_THAT(command_->output(), HasSubstr("held      exchange.lost == 0  (it was 0)"));
  for (const char* file : {"scenario.yaml", "latency.csv", "events", "processes.json", "logs/gateway.log"}) {
    EXPECT_TRUE(fs::exists(out() / file)) << file;
  }
  EXPECT_GT(fs::file_size(out() / "events"), 1000u);

  EXPECT_THAT(json::schema_breaches(content_of(source / "docs/report.schema.json"),
                                    content_of(out() / "report.json")),
              testing::IsEmpty());

  Command again({"report", out().string()}, folder_.path() / "report-errors");
  ASSERT_EQ(again.wait(), 0) << again.errors();
  EXPECT_TRUE(command_->output().starts_with(again.output()));
}

TEST_F(Run, PlaysInAFolderOfAnyName) {
  name_ = "a b,c=d";
  ASSERT_EQ(run(scenario("steps:\n" + lodge_all() + "expect: [exchange.processed >= 12]\n")), 0) << errors();
}

TEST_F(Run, EndsWithStatusOneWhereAnExpectationDoesNotHold) {
  const fs::path file = scenario("steps:\n" + lodge_all() + "expect: [exchange.processed < 3]\n");
  ASSERT_EQ(run(file, {"--format", "json"}), 1) << errors();
  const auto printed = nlohmann::json::parse(command_->output());
  EXPECT_EQ(printed, report());
  ASSERT_EQ(printed["expectations"].size(), 1u);
  EXPECT_EQ(printed["expectations"][0]["held"], false);
  EXPECT_EQ(printed["expectations"][0]["value"], printed["exchange"]["processed"]);
}

TEST_F(Run, ShowsEveryMistakeOfAScenarioWithACaret) {
  const fs::path file = scenario("step: []\nexpect: [exchange.lost = 0]\n");
  ASSERT_EQ(run(file), 2);
  EXPECT_EQ(errors(),
            file.string() +
                ":4:1: GNC-803 KEY_UNKNOWN: unknown key \"step\" in the scenario - Did you mean "
                "\"steps\"?\n  step: []\n  ^\n" +
                file.string() +
                ":5:10: GNC-805 KEY_VALUE: \"exchange.lost = 0\" compares nothing - Write a measure, a "
                "comparison (== != < <= > >=) and a value: delivery.p99 < 500ms.\n"
                "  expect: [exchange.lost = 0]\n           ^\n");
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Run, RefusesBadDocumentsOneByOneAndExchangesTheRest) {
  folder_.write("in/good.xml", content_of(documents("sea-milk-powder.xml")));
  folder_.write("in/deeper/GOOD.XML", content_of(documents("sea-logs-in-bulk.xml")));
  folder_.write("in/broken.xml", "<MetaData><Declaration></MetaData>");
  folder_.write("in/deeper/other.xml", "<shopping><list/></shopping>");
  const fs::path file = scenario(
      "steps:\n  - lodge: {at: NZ, to: CN, documents: nothing.xml, as: all}\n"
      "  - await: {at: CN, receives: all, within: 20s}\n");
  ASSERT_EQ(run(file, {"--documents", (folder_.path() / "in/**/*.xml").string()}), 0)
      << command_->output() << errors();
  const auto found = report();
  EXPECT_EQ(found["exchange"]["submitted"], 4);
  EXPECT_EQ(found["exchange"]["processed"], 2);
  EXPECT_EQ(found["exchange"]["refused"], 2);
  ASSERT_EQ(found["refusals"].size(), 2u);
  EXPECT_EQ(found["refusals"][0]["name"], "DOCUMENT_NOT_WELL_FORMED");
  EXPECT_THAT(found["refusals"][0]["document"].get<std::string>(), testing::EndsWith("in/broken.xml"));
  EXPECT_EQ(found["refusals"][1]["name"], "DOCUMENT_KIND_UNKNOWN");
  EXPECT_THAT(found["refusals"][1]["document"].get<std::string>(), testing::EndsWith("in/deeper/other.xml"));
  EXPECT_THAT(command_->output(), HasSubstr("GNC-101 DOCUMENT_NOT_WELL_FORMED"));
}

TEST_F(Run, NamesAPatternThatMatchesNoDocument) {
  const fs::path file = scenario("steps:\n" + lodge_all());
  EXPECT_EQ(run(file, {"--documents", "nowhere/**/*.xml"}), 2);
  EXPECT_THAT(errors(),
              HasSubstr("--documents: GNC-806 REFERENCE_UNKNOWN: no file matches nowhere/**/*.xml"));
}

TEST_F(Run, EndsAsSoonAsAnExpectationThatMayAbortItDoesNotHold) {
  const fs::path file = scenario(
      "workload:\n  - {name: load, from: NZ, to: CN, documents: " + documents("post-manuka-honey.xml") +
      ", arrivals: {rate: 20/s, for: 10m}}\n"
      "expect: [exchange.lost == 0, {expect: submitted < 30, abort: true, after: 1s}]\n");
  ASSERT_EQ(run(file), 1) << command_->output() << errors();
  const auto found = report();
  EXPECT_EQ(found["aborted"], "submitted < 30");
  EXPECT_EQ(found["interrupted"], false);
  EXPECT_EQ(found["expectations"][0]["held"], true);
  EXPECT_EQ(found["expectations"][1]["held"], false);
  EXPECT_GE(found["expectations"][1]["value"], 30);
  EXPECT_LT(found["took_seconds"], 60);
  EXPECT_THAT(command_->output(), HasSubstr("ENDED as soon as this did not hold: submitted < 30"));
}

// A bare recipient gives receipts, and has no business that would answer.
TEST_F(Run, ExpiresAnAnswerThatDoesNotComeByTheBusinessClock) {
  const fs::path file = folder_.write(
      "clock.yaml",
      "scenario: test\ntopology: {administrations: [NZ, CN], bare: [CN]}\nclock: {business: "
      "3600x}\nagreements: [" +
          (source / "scenarios/agreements/nz-cn-export.yaml").string() +
          "]\nsteps:\n  - lodge: {at: NZ, to: CN, documents: " + documents("post-manuka-honey.xml") +
          ", as: honey}\n  - await: {ends: honey, within: 60s}\n  - expect: {of: honey, end: expired}\n"
          "expect: [expired == 1, delivered == 1, processed == 0, timers.missed == 100%, paperless.rate == "
          "0%]\n");
  ASSERT_EQ(run(file), 0) << command_->output() << errors();
  const auto found = report();
  expect_promises_held(found);
  // The life of an hour and an answer within another, 3,600 times as fast.
  EXPECT_GE(found["steps"][1]["took_ms"].get<double>(), 900);
  EXPECT_LT(found["took_seconds"], 60);
}

TEST_F(Run, SaysWhatAStepFoundAndLeavesOutTheRest) {
  const fs::path file = scenario(
      "steps:\n  - lodge: {at: NZ, to: CN, documents: " + documents("post-manuka-honey.xml") +
      ", as: honey}\n  - expect: {of: honey, path: Declaration/TypeCode, equals: IM}\n  - pause: 1h\n");
  ASSERT_EQ(run(file), 1) << command_->output() << errors();
  const auto steps = report()["steps"];
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_THAT(steps[1]["detail"].get<std::string>(),
              HasSubstr("post-manuka-honey.xml: Declaration/TypeCode is \"EX\", not \"IM\""));
  EXPECT_THAT(steps[2]["detail"].get<std::string>(), HasSubstr("not played"));
}

TEST_F(Run, AccountsForAnInterruptedRun) {
  start(scenario("steps:\n" + lodge_all() + "  - await: {at: CN, receives: all}\n  - pause: 1h\n"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!fs::exists(out() / "nodes/node-host.db") && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  command_->child().signal(SIGINT);
  ASSERT_EQ(command_->wait(), 105) << command_->output() << errors();
  EXPECT_EQ(report()["interrupted"], true);
  EXPECT_THAT(command_->output(), HasSubstr("INTERRUPTED"));
}

// The pid of a process of the run, once it was started `started` times.
pid_t pid_of(const fs::path& out, std::string_view process, int started) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto rows = nlohmann::json::parse(content_of(out / "processes.json"), nullptr, false);
    for (const auto& row : rows.is_array() ? rows : nlohmann::json::array()) {
      if (row["process"] == process && row["started"] == started) return row["pid"];
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 0;
}

// Until the file has grown to the size, which tells how far the run is.
bool wait_for_size(const fs::path& file, std::uintmax_t size) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    std::error_code ignored;
    if (fs::exists(file, ignored) && fs::file_size(file, ignored) >= size) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_F(Run, DeliversEverythingOnceThoughBothProcessesAreKilled) {
  start(scenario("workload:\n  - name: load\n    from: NZ\n    to: CN\n    documents: " +
                 documents("sea-milk-powder.xml") +
                 "\n    count: 6000\n    arrivals: {rate: 3000/s}\nsettle: 120s\n"
                 "expect: [exchange.delivered == 6000, exchange.processed == 6000]\n"));
  ASSERT_TRUE(wait_for_size(out() / "events", 300'000)) << errors();
  ASSERT_EQ(::kill(pid_of(out(), "gateway", 1), SIGKILL), 0);
  ASSERT_NE(pid_of(out(), "gateway", 2), 0);
  ASSERT_TRUE(wait_for_size(out() / "events", 1'000'000)) << errors();
  ASSERT_EQ(::kill(pid_of(out(), "nodes", 1), SIGKILL), 0);
  const int status = command_->wait(std::chrono::seconds(240));
  EXPECT_TRUE(status == 0 || status == 4) << status << command_->output() << errors();
  const auto found = report();
  EXPECT_EQ(found["exchange"]["submitted"], 6000);
  EXPECT_EQ(found["exchange"]["delivered"], 6000);
  EXPECT_EQ(found["exchange"]["processed"], 6000);
  EXPECT_EQ(found["exchange"]["lost"], 0);
  EXPECT_EQ(found["exchange"]["delivered_twice"], 0);
  expect_promises_held(found);
}

}  // namespace
}  // namespace gnc::cli::run_test
