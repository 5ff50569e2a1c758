#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::compare_test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path source = GNC_SOURCE_DIR;

// Two runs of a small load.
class Repeats : public testing::Test {
 protected:
  std::string load(const std::string& length) const {
    return folder_
        .write("s" + length + ".yaml",
               "scenario: small load\ntopology: {administrations: [NZ, CN]}\nagreements: [" +
                   (source / "scenarios/agreements/nz-cn-export.yaml").string() +
                   "]\nworkload:\n  - {name: peak, from: NZ, to: CN, documents: " +
                   (source / "scenarios/documents/export/sea-*.xml").string() +
                   ", arrivals: {rate: 200/s, for: " + length +
                   "}}\nphases: {early: {from: 0s, to: 100ms}}\nexpect:\n"
                   "  - delivered[workload=peak, to=CN] >= 40\n  - delivered[from=NZ, phase=early] == 20\n"
                   "  - delivery.p99[workload=peak, from=NZ, to=CN, phase=early] < 60s\n"
                   "  - rate.asked[phase=early] == 200\n")
        .string();
  }
  std::string out(const char* name) const { return (folder_.path() / name).string(); }
  int gncsim(const std::vector<std::string>& arguments) {
    command_ = std::make_unique<Command>(arguments, folder_.path() / "errors");
    return command_->wait();
  }

  scenarios::TemporaryFolder folder_;
  std::unique_ptr<Command> command_;
};

TEST_F(Repeats, AreSummedUpAndComparedWithOthers) {
  ASSERT_EQ(gncsim({"run", load("200ms"), "--repeat", "2", "--out", out("a"), "--quiet"}), 0)
      << command_->output() << command_->errors();
  EXPECT_THAT(command_->output(), HasSubstr("2 runs of small load"));
  const auto summary = nlohmann::json::parse(content_of(fs::path(out("a")) / "summary.json"));
  ASSERT_EQ(summary["runs"].size(), 2u);
  EXPECT_EQ(summary["runs"][1]["seed"], summary["runs"][0]["seed"].get<int>() + 1);
  ASSERT_EQ(gncsim({"run", load("300ms"), "--out", out("b"), "--quiet"}), 0) << command_->errors();

  ASSERT_EQ(gncsim({"compare", out("a"), out("b"), "--slices", "--format", "json"}), 0) << command_->errors();
  const auto compared = nlohmann::json::parse(command_->output());
  EXPECT_EQ(compared["groups"][0]["runs"], 2);
  bool seen = false;
  for (const auto& row : compared["measures"]) {
    if (row["measure"] != "exchange.delivered") continue;
    seen = true;
    EXPECT_EQ(row["values"][0]["value"], 40);
    EXPECT_EQ(row["against_first"][0]["ratio"], 1.5);
  }
  EXPECT_TRUE(seen);
  EXPECT_EQ(gncsim({"compare", out("a"), out("nothing")}), 2);

  // What two generators recorded adds up.
  ASSERT_EQ(gncsim({"latency", out("a") + "/run-1", out("b"), "--out", out("both.hlog"), "--format", "json"}),
            0)
      << command_->errors();
  EXPECT_EQ(nlohmann::json::parse(command_->output())["latency_ms"]["delivered"]["count"], 100);
  ASSERT_EQ(gncsim({"latency", out("both.hlog")}), 0);
  EXPECT_THAT(command_->output(), testing::ContainsRegex("delivered .* 100\n"));
}

}  // namespace
}  // namespace gnc::cli::compare_test
