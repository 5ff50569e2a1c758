#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include "gnc/v1/event.pb.h"
#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::virtual_test {
namespace {

using scenarios::TemporaryFolder;
using testing::HasSubstr;

// What was drawn of the identifier of the first exchange that the party lodged: the rest of it is the time.
std::string first_draw(const std::filesystem::path& run, const std::string& party) {
  std::ifstream stream(run / "events", std::ios::binary);
  google::protobuf::io::IstreamInputStream input(&stream);
  v1::Event event;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, &input, nullptr)) {
    if (event.kind() == v1::EVENT_KIND_LODGED && event.party() == party) return event.exchange().substr(6);
    event.Clear();
  }
  return "none";
}

class Virtual : public testing::Test {
 protected:
  int run(const std::vector<std::string>& arguments,
          std::chrono::seconds patience = std::chrono::seconds(90)) {
    command_ = std::make_unique<Command>(arguments, folder_.path() / "errors");
    return command_->wait(patience);
  }
  int play(const std::string& out, std::vector<std::string> more = {"--world", "virtual"}) {
    std::vector<std::string> arguments{"run", GNC_SOURCE_DIR "/scenarios/export-import.yaml", "--out",
                                       path(out)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryFolder folder_;
  std::unique_ptr<Command> command_;
};

TEST_F(Virtual, PlaysTheFirstScenarioAndDiffFindsNoDifferenceBetweenTwoRuns) {
  ASSERT_EQ(play("one"), 0) << command_->output() << command_->errors();
  EXPECT_THAT(command_->output(), HasSubstr("world virtual"));
  ASSERT_EQ(play("two"), 0);
  EXPECT_EQ(content_of(folder_.path() / "one/report.json"), content_of(folder_.path() / "two/report.json"));
  EXPECT_EQ(run({"diff", path("one"), path("two")}), 0);
  EXPECT_THAT(command_->output(), HasSubstr("The same "));
  ASSERT_EQ(play("other", {"--world", "virtual", "--seed", "8"}), 0);
  EXPECT_EQ(run({"diff", path("one"), path("other")}), 1);
  EXPECT_THAT(command_->output(), HasSubstr("The runs part at event "));
  EXPECT_EQ(run({"diff", path("one"), path("none")}), 2);
}

TEST_F(Virtual, ShowsHowThePartiesStandAtAnEvent) {
  ASSERT_EQ(play("one", {"--world", "virtual", "--until", "60"}), 0) << command_->errors();
  EXPECT_THAT(command_->output(), HasSubstr("after 60 events"));
  EXPECT_EQ(play("two", {"--world", "virtual", "--until", "soon"}), 2);
  EXPECT_THAT(command_->errors(), HasSubstr("--until is \"soon\""));
  EXPECT_EQ(play("three", {"--until", "60"}), 2);
  EXPECT_THAT(command_->errors(), HasSubstr("Add --world virtual."));
}

TEST_F(Virtual, AndTheLiveWorldRefuseWhatOnlyTheOtherPlaysBeforeAnythingIsMade) {
  const std::string scenarios = GNC_SOURCE_DIR "/scenarios/";
  std::ofstream(path("outside.yaml"))
      << "scenario: s\ntopology: {administrations: [NZ, CN], external: {CN: {}}}\nagreements: [" << scenarios
      << "agreements/nz-cn-export.yaml]\nsteps: [{pause: 1s}]\n";
  struct Row {
    std::string scenario, world, says;
  };
  for (const Row& row : {Row{"world-day.yaml", "live", "which the live world does not play"},
                         Row{"world-day.yaml", "both", "Play it with --world virtual."},
                         Row{"outside.yaml", "virtual", "no place for a system from outside"},
                         Row{"outside.yaml", "both", "Play this scenario live."}}) {
    const std::string out = path("out");
    const std::string file = row.scenario == "outside.yaml" ? path(row.scenario) : scenarios + row.scenario;
    for (const char* also : {"--quiet", "--dry-run"}) {
      EXPECT_EQ(run({"run", file, "--world", row.world, "--out", out, also}), 2);
      EXPECT_THAT(command_->errors(), HasSubstr(row.scenario + ":"));
      EXPECT_THAT(command_->errors(), HasSubstr(row.says));
      EXPECT_FALSE(std::filesystem::exists(out)) << row.scenario << " in " << row.world;
      EXPECT_EQ(command_->output(), "");
    }
  }
}

TEST_F(Virtual, RepeatsWithSeedsThatFollowEachOther) {
  ASSERT_EQ(play("all", {"--world", "virtual", "--repeat", "3"}), 0) << command_->errors();
  EXPECT_EQ(run({"diff", path("all/run-1"), path("all/run-2")}), 1);
}

TEST_F(Virtual, FuzzesARangeOfSeeds) {
  ASSERT_EQ(run({"fuzz", "--seeds", "1..5", "--out", path("fuzz"), "--digests"}), 0) << command_->errors();
  EXPECT_THAT(command_->output(), testing::ContainsRegex("5 [0-9a-f]{16}"));
  EXPECT_EQ(run({"fuzz", "--seeds", "5..1"}), 2);
}

TEST_F(Virtual, SaysWhatWasPlayedWhenFuzzIsStopped) {
  command_ = std::make_unique<Command>(
      std::vector<std::string>{"fuzz", "--seeds", "1..999999", "--out", path("fuzz"), "--digests"},
      folder_.path() / "errors");
  command_->wait_for_output();
  command_->child().signal(SIGINT);
  ASSERT_EQ(command_->wait(std::chrono::seconds(90)), 105) << command_->errors();
  EXPECT_THAT(command_->errors(), testing::ContainsRegex("[0-9]+ seeds, .*: 0 failed"));
}

TEST_F(Virtual, PlaysInBothWorldsAndSaysHowFarApartTheyAre) {
  ASSERT_EQ(play("both", {"--world", "both", "--repeat", "2", "--quiet"}), 0)
      << command_->output() << command_->errors();
  EXPECT_THAT(command_->output(),
              testing::ContainsRegex("delivery.p50 ms +[0-9.]+ ±[0-9.]+ +[0-9.]+ ±[0-9.]+ "));
  EXPECT_THAT(command_->output(), testing::ContainsRegex("exchange.delivered +13 +13 +same"));
  const auto fidelity = nlohmann::json::parse(content_of(folder_.path() / "both/fidelity.json"));
  EXPECT_EQ(fidelity["stages"].size(), 6u);
  for (const auto& outcome : fidelity["outcomes"]) {
    if (!outcome["virtual"].is_null() && !outcome["live"].is_null()) {
      EXPECT_EQ(outcome["live"], 2) << outcome["what"];
    }
  }
  // The live processes drew from the seeds that the virtual ones had.
  std::set<std::string> drawn;
  for (const char* run : {"run-1", "run-2"}) {
    const std::string live = first_draw(folder_.path() / "both/live" / run, "NZ");
    EXPECT_EQ(live, first_draw(folder_.path() / "both/virtual" / run, "NZ"));
    drawn.insert(live);
  }
  EXPECT_EQ(drawn.size(), 2u);
  // The same code compares the folders that were left.
  ASSERT_EQ(run({"compare", path("both/live"), path("both/virtual"), "--format", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(command_->output())["measures"], fidelity["measures"]);
}

TEST_F(Virtual, CalibratesAndPlaysWithTheProfileThatItWrote) {
  const std::vector<std::string> calibrate{
      "calibrate", "--seconds", "0.2", "--folder", folder_.path().string(), "--out", path("costs.yaml")};
  ASSERT_EQ(run(calibrate, std::chrono::seconds(240)), 0) << command_->errors();
  EXPECT_THAT(command_->errors(), HasSubstr("measuring: one at a time"));
  const std::string profile = content_of(folder_.path() / "costs.yaml");
  for (const char* condition :
       {"processor", "cores", "kernel", "version", "date", "taken by others", "quiet"}) {
    EXPECT_THAT(profile, HasSubstr(fmt::format("\"{}\": ", condition)));
  }
  ASSERT_EQ(play("one", {"--world", "virtual", "--costs", path("costs.yaml")}), 0) << command_->errors();
  ASSERT_EQ(play("two", {"--world", "virtual", "--costs", path("costs.yaml")}), 0) << command_->errors();
  EXPECT_EQ(content_of(folder_.path() / "one/report.json"), content_of(folder_.path() / "two/report.json"));
  // What it measured in is gone, and a profile is never written over.
  EXPECT_EQ(std::ranges::count_if(std::filesystem::directory_iterator(folder_.path()),
                                  [](const auto& entry) {
                                    return entry.path().filename().string().starts_with("calibration-");
                                  }),
            0);
  EXPECT_EQ(run(calibrate), 3);
  EXPECT_THAT(command_->errors(), HasSubstr("costs.yaml"));
}

TEST_F(Virtual, HasNoPlaceToStopAtWhereBothWorldsPlay) {
  EXPECT_EQ(play("until", {"--world", "both", "--until", "60"}), 2);
  EXPECT_THAT(command_->errors(), HasSubstr("--until is for the virtual world alone"));
}

}  // namespace
}  // namespace gnc::cli::virtual_test
