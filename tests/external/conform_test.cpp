#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/cli/command.h"
#include "tests/external/external_node.h"
#include "tests/processes/node_host_process.h"
#include "tests/scenarios/temporary_folder.h"

// `gncsim conform` against our node, against one of others, and against others that do wrong on purpose.
namespace gnc::external::conform_test {
namespace {

using nlohmann::json;
using testing::IsEmpty;

class Conform : public testing::Test {
 protected:
  const std::filesystem::path& folder() const { return folder_.path(); }

  // Starts the suite and waits until it listens.
  void start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"conform", "127.0.0.1:0", "--party",
                                       "NZ",      "--out",       (folder() / "out").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    suite_ = std::make_unique<cli::Command>(arguments, folder() / "suite.log");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(folder() / "out/conform.json") &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    place_ = json::parse(cli::content_of(folder() / "out/conform.json"));
  }
  std::string place(const char* key) const { return place_.at(key); }
  cli::Command& suite() { return *suite_; }

  bool skip_without_node() {
    if (can_run_external_node()) return false;
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") ADD_FAILURE() << "Node.js is missing";
    return true;
  }
  std::unique_ptr<ExternalNode> their_node(const std::string& misbehave,
                                           const std::vector<std::string>& answers) {
    return std::make_unique<ExternalNode>(ExternalPlace{.gateway_address = place("address"),
                                                        .identity = place("identity"),
                                                        .trust = place("trust"),
                                                        .journal = folder() / "theirs",
                                                        .answers = answers,
                                                        .misbehave = misbehave});
  }
  // What came of each requirement that did not pass, when the suite has ended.
  std::map<std::string, std::string> not_passed() {
    std::map<std::string, std::string> others;
    const json told = json::parse(suite().output());
    for (const json& each : told.at("requirements")) {
      if (each.at("verdict") == "failed") {
        others[each.at("id")] = fmt::format("failed: {}", each.at("seen").get<std::string>());
      } else if (each.at("verdict") != "passed") {
        others[each.at("id")] = fmt::format("not reached: {}", each.at("why").get<std::string>());
      }
    }
    return others;
  }
  std::set<std::string> failed() {
    std::set<std::string> ids;
    for (const auto& [id, what] : not_passed()) {
      if (what.starts_with("failed")) ids.insert(id);
    }
    return ids;
  }

 private:
  scenarios::TemporaryFolder folder_;
  std::unique_ptr<cli::Command> suite_;
  json place_;
};

TEST_F(Conform, OurNodePassesEveryRequirement) {
  start({"--format", "json"});
  processes::NodeHostPlace host;
  host.parties = {{"NZ", place("identity")}};
  host.gateway_address = place("address");
  host.trust = place("trust");
  host.store = folder() / "ours";
  host.definitions = {.blocks = {place("block")}, .agreements = {place("agreement")}};
  processes::NodeHostProcess node(host);
  EXPECT_EQ(suite().wait(), 0) << suite().errors();
  EXPECT_THAT(not_passed(), IsEmpty());
}

TEST_F(Conform, TheNodeInNodeJsPassesEveryRequirement) {
  if (skip_without_node()) GTEST_SKIP() << "Node.js and npm are missing here";
  start({"--format", "json"});
  const auto node = their_node({}, {"declaration=response"});
  EXPECT_EQ(suite().wait(), 0) << suite().errors();
  EXPECT_THAT(not_passed(), IsEmpty());
}

TEST_F(Conform, ANodeThatAnswersNothingReachesNoneOfTheRequirementsAboutAnswers) {
  if (skip_without_node()) GTEST_SKIP() << "Node.js and npm are missing here";
  start({"--format", "json"});
  const auto node = their_node({}, {});
  EXPECT_EQ(suite().wait(), 1) << suite().errors();
  EXPECT_THAT(failed(), IsEmpty());
  const auto others = not_passed();
  EXPECT_THAT(others.at("answer.envelope"), testing::HasSubstr("did not answer"));
  EXPECT_THAT(others.at("duplicate.business"), testing::HasSubstr("did not answer"));
  EXPECT_FALSE(others.contains("refuse.proof"));
}

TEST_F(Conform, WithoutANodeNothingIsReached) {
  start({"--wait", "1"});
  EXPECT_EQ(suite().wait(), 1);
  EXPECT_THAT(suite().output(), testing::HasSubstr("because no node opened a stream within 1 s"));
  EXPECT_THAT(suite().output(), testing::HasSubstr("NZ: 0 passed, 0 failed"));
}

struct Misdeed {
  const char* what;
  std::set<std::string> found_by;
};

void PrintTo(const Misdeed& misdeed, std::ostream* out) { *out << misdeed.what; }

class ConformFinds : public Conform, public testing::WithParamInterface<Misdeed> {};

TEST_P(ConformFinds, TheMisdeedByItsRequirementAndNothingElse) {
  if (skip_without_node()) GTEST_SKIP() << "Node.js and npm are missing here";
  start({"--format", "json"});
  const auto node = their_node(GetParam().what, {"declaration=response"});
  EXPECT_EQ(suite().wait(), 1) << suite().errors();
  EXPECT_EQ(failed(), GetParam().found_by) << suite().output();
}

INSTANTIATE_TEST_SUITE_P(
    Misdeeds, ConformFinds,
    testing::Values(Misdeed{"takes-what-is-altered", {"refuse.content", "refuse.proof", "refuse.business"}},
                    Misdeed{
                        "answers-twice",
                        {"duplicate.receipt", "duplicate.business", "refuse.conflict", "resume.duplicate"}},
                    Misdeed{"sends-once", {"resume.submission", "receipts.issuer"}},
                    Misdeed{"forgets-its-place", {"receipts.position"}},
                    Misdeed{"overruns-credit", {"credit.submissions"}}, Misdeed{"hammers", {"stream.pause"}}),
    [](const auto& info) {
      std::string name = info.param.what;
      std::erase(name, '-');
      return name;
    });

}  // namespace
}  // namespace gnc::external::conform_test
