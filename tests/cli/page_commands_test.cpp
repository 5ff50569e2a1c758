#include <fstream>

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "tests/cli/command.h"
#include "tests/cli/page_program.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::page_commands_test {
namespace {

using scenarios::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

const std::string library = GNC_SOURCE_DIR "/scenarios/";

TEST(Demo, ShowsAScenarioAndBreaksItWhereItIsAsked) {
  const TemporaryFolder folder;
  PageProgram server({"demo", library + "export-import.yaml", "--seed", "5"}, folder);
  const Json run = server.json("/api/run");
  EXPECT_EQ(run["seed"], 5);
  EXPECT_EQ(run["world"], "virtual");
  EXPECT_EQ(run["report"]["environment"]["signatures"], "real");
  const Json made =
      server.post("/api/forks", R"({"fork": 0, "at_us": 330000, "fault": {"kill": "gateway", "for": "1s"}})");
  ASSERT_EQ(made["fork"], 1) << made.dump();
  EXPECT_EQ(server.json("/api/run?fork=1")["fork"]["fault"], "kill gateway for 1 s");
  EXPECT_EQ(server.stop(), 0);
}

TEST(Demo, OpensTheFirstLessonOfThoseThatItCarries) {
  const TemporaryFolder folder;
  PageProgram server({"demo"}, folder);
  const Json shelf = server.json("/api/scenarios")["scenarios"];
  ASSERT_FALSE(shelf.empty());
  EXPECT_EQ(shelf[0]["lesson"], true);
  EXPECT_EQ(server.json("/api/run")["id"], shelf[0]["id"]);
  EXPECT_FALSE(server.json("/api/run")["story"].empty());
  const Json played = server.post("/api/plays", R"({"scenario": "export-import", "seed": null})");
  EXPECT_EQ(played["fork"], 1) << played.dump();
  EXPECT_EQ(server.stop(), 0);
}

TEST(Demo, ServesThePageWithAPolicyThatLetsNothingElseIn) {
  const TemporaryFolder folder;
  PageProgram server({"demo", library + "export-import.yaml"}, folder);
  const std::string page = server.get("/");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page, HasSubstr("id=\"recording\""));
  const std::regex script(R"re(src="\.?(/assets/[^"]+\.js)")re");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(page, found, script));
  const std::string code = server.get(found[1]);
  EXPECT_THAT(code, HasSubstr("immutable"));
  EXPECT_GT(code.size(), 100'000u);
  EXPECT_EQ(server.stop(), 0);
}

TEST(Demo, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto refused = [&folder](const std::vector<std::string>& arguments) {
    Command command(arguments, folder.path() / "log");
    EXPECT_EQ(command.wait(), 2);
    return command.errors();
  };
  EXPECT_THAT(refused({"demo", "nothing.yaml"}), HasSubstr("nothing.yaml"));
  std::ofstream(folder.path() / "outside.yaml")
      << "scenario: s\ntopology: {administrations: [NZ, CN], external: {CN: {}}}\nagreements: [" << library
      << "agreements/nz-cn-export.yaml]\nsteps: [{pause: 1s}]\n";
  EXPECT_THAT(refused({"demo", (folder.path() / "outside.yaml").string()}),
              HasSubstr("Play this scenario live"));
  EXPECT_THAT(refused({"replay", folder.path().string()}), HasSubstr("report.json"));
  EXPECT_THAT(refused({"replay"}), HasSubstr("run"));
}

TEST(Replay, OfALiveRunHasItsDocumentsSealsAndReceipts) {
  const TemporaryFolder folder;
  const std::string run_folder = (folder.path() / "run").string();
  Command run({"run", library + "export-import.yaml", "--quiet", "--out", run_folder}, folder.path() / "log");
  ASSERT_EQ(run.wait(), 0) << run.errors();
  PageProgram server({"replay", run_folder}, folder);
  const Json shown = server.json("/api/run");
  EXPECT_EQ(shown["world"], "live");
  EXPECT_EQ(shown["id"], "run");
  EXPECT_EQ(shown["can"]["fork"], false);
  EXPECT_EQ(shown["can"]["inspect"], true);
  EXPECT_EQ(shown["agreements"][0]["block"], "export-declaration");
  const Json events = server.json("/api/events")["events"];
  EXPECT_EQ(events.size(), shown["events"].get<std::size_t>());
  std::string lodged;
  for (const Json& event : events) {
    EXPECT_GE(event[0], 0);
    EXPECT_LE(event[0], shown["end_us"]);
    if (event[1] != "lodged" || event[2] != "NZ") continue;
    lodged = event[4];
    EXPECT_THAT(event[5]["reference"].get<std::string>(), StartsWith("export/"));
  }
  ASSERT_FALSE(lodged.empty());
  const Json exchange = server.json("/api/exchanges/" + lodged);
  EXPECT_EQ(exchange["document"]["kind"], "DEC");
  EXPECT_EQ(exchange["block"], "export-declaration");
  EXPECT_EQ(exchange["seal"]["signer"], "NZ");
  ASSERT_GE(exchange["receipts"].size(), 2u);
  EXPECT_EQ(exchange["receipts"][0]["stage"], "admitted");
  const Json refused = server.post("/api/forks", R"({"fork": 0, "at_us": 0, "fault": {"kill": "gateway"}})");
  EXPECT_THAT(refused["remedy"].get<std::string>(), HasSubstr("gncsim demo"));
  EXPECT_EQ(server.stop(), 0);
}

TEST(Replay, OfAVirtualRunSaysWhereItsDocumentsAre) {
  const TemporaryFolder folder;
  const std::string run_folder = (folder.path() / "run").string();
  Command run({"run", library + "flapping-link.yaml", "--world", "virtual", "--quiet", "--out", run_folder},
              folder.path() / "log");
  ASSERT_EQ(run.wait(), 0) << run.errors();
  PageProgram server({"replay", run_folder}, folder);
  const Json shown = server.json("/api/run");
  EXPECT_EQ(shown["can"]["inspect"], false);
  ASSERT_FALSE(shown["faults"].empty());
  EXPECT_EQ(shown["faults"][0]["kind"], "flap");
  // As the demo of the same scenario has it, which knows when the faults' seconds began.
  PageProgram demo({"demo", library + "flapping-link.yaml"}, folder);
  const Json faults = demo.json("/api/run")["faults"];
  ASSERT_EQ(faults.size(), shown["faults"].size());
  EXPECT_EQ(faults[0]["text"], shown["faults"][0]["text"]);
  EXPECT_NEAR(faults[0]["from_us"].get<double>(), shown["faults"][0]["from_us"].get<double>(), 1);
  EXPECT_EQ(demo.json("/api/run")["parties"], shown["parties"]);
  const Json events = server.json("/api/events?count=5")["events"];
  const Json exchange = server.json("/api/exchanges/" + events[4][4].get<std::string>());
  EXPECT_THAT(exchange["unavailable"].get<std::string>(), HasSubstr("gncsim demo"));
  EXPECT_EQ(demo.stop(), 0);
  EXPECT_EQ(server.stop(), 0);
}

TEST(Export, WritesOnePageWithAllInIt) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "run.html";
  Command command({"export", library + "export-import.yaml", "--out", file.string()}, folder.path() / "log");
  ASSERT_EQ(command.wait(), 0) << command.errors();
  const std::string page = content_of(file);
  EXPECT_THAT(page, HasSubstr("http-equiv=\"Content-Security-Policy\""));
  EXPECT_THAT(page, HasSubstr("Export data arrives before the ship"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"./assets")));
  EXPECT_THAT(page, Not(HasSubstr("connect-src 'self'")));
}

}  // namespace
}  // namespace gnc::cli::page_commands_test
