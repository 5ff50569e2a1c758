#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/command.h"
#include "tests/external/external_node.h"
#include "tests/processes/await.h"
#include "tests/processes/node_host_process.h"
#include "tests/scenarios/temporary_folder.h"

// `gncsim conform` against our node, against one of others, and against others that do wrong on purpose.
namespace gnc::external::conform_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> answers_declarations{"declaration=response"};

// One run of the suite.
class Suite {
 public:
  // Waits until it listens.
  explicit Suite(const std::vector<std::string>& more = {"--format", "json"}) {
    std::vector<std::string> arguments{"conform", "127.0.0.1:0", "--party",
                                       "NZ",      "--out",       folder("out").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    command_ = std::make_unique<cli::Command>(arguments, folder("suite.log"));
    processes::await([this] { return std::filesystem::exists(folder("out/conform.json")); }, "conform.json");
    place_ = json::parse(cli::content_of(folder("out/conform.json")));
  }

  std::filesystem::path folder(const char* name) const { return folder_.path() / name; }
  std::string place(const char* key) const { return place_.at(key); }
  cli::Command& command() { return *command_; }
  int wait() { return command_->wait(std::chrono::seconds(240)); }

  std::unique_ptr<ExternalNode> their_node(const std::string& misbehave,
                                           const std::vector<std::string>& answers) {
    return std::make_unique<ExternalNode>(ExternalPlace{.gateway_address = place("address"),
                                                        .identity = place("identity"),
                                                        .trust = place("trust"),
                                                        .journal = folder("theirs"),
                                                        .answers = answers,
                                                        .misbehave = misbehave});
  }

  // What came of each requirement that did not pass, when the suite has ended.
  std::map<std::string, std::string> not_passed() {
    std::map<std::string, std::string> others;
    const json told = json::parse(command_->output());
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
  std::unique_ptr<cli::Command> command_;
  json place_;
};

TEST(Conform, PassesOurNodeInEveryRequirement) {
  Suite suite;
  processes::NodeHostPlace host;
  host.parties = {{"NZ", suite.place("identity")}};
  host.gateway_address = suite.place("address");
  host.trust = suite.place("trust");
  host.store = suite.folder("ours");
  host.definitions = {.blocks = {suite.place("block")}, .agreements = {suite.place("agreement")}};
  processes::NodeHostProcess node(host);
  EXPECT_EQ(suite.wait(), 0) << suite.command().errors();
  EXPECT_THAT(suite.not_passed(), IsEmpty());
}

TEST(Conform, PassesTheNodeInNodeJsInEveryRequirement) {
  GNC_REQUIRE_NODE_JS;
  Suite suite;
  const auto node = suite.their_node({}, answers_declarations);
  EXPECT_EQ(suite.wait(), 0) << suite.command().errors();
  EXPECT_THAT(suite.not_passed(), IsEmpty());
}

TEST(Conform, HoldsARecipientThatAnswersNothingToWhatARecipientCanMeet) {
  GNC_REQUIRE_NODE_JS;
  // Side by side, as most of their time is waiting.
  Suite as_any, as_recipient({"--format", "json", "--recipient-only"}),
      repeating({"--format", "json", "--recipient-only"});
  const auto one = as_any.their_node({}, {}), other = as_recipient.their_node({}, {}),
             third = repeating.their_node("answers-twice", {});
  EXPECT_EQ(as_any.wait(), 1) << as_any.command().errors();
  EXPECT_EQ(as_recipient.wait(), 0) << as_recipient.command().errors();
  EXPECT_THAT(as_recipient.failed(), IsEmpty());
  const auto others = as_recipient.not_passed();
  EXPECT_EQ(as_any.not_passed(), others);
  EXPECT_THAT(others.at("answer.envelope"), HasSubstr("did not answer"));
  EXPECT_THAT(others.at("duplicate.business"), HasSubstr("did not answer"));
  for (const char* of_recipients :
       {"refuse.proof", "refuse.conflict", "duplicate.receipt", "resume.duplicate"})
    EXPECT_FALSE(others.contains(of_recipients)) << of_recipients;
  EXPECT_EQ(repeating.wait(), 1);
  EXPECT_EQ(repeating.failed(),
            (std::set<std::string>{"duplicate.receipt", "refuse.conflict", "resume.duplicate"}));
}

TEST(Conform, ReachesNothingWithoutANode) {
  Suite suite({"--wait", "1"});
  EXPECT_EQ(suite.wait(), 1);
  EXPECT_THAT(suite.command().output(), HasSubstr("because no node opened a stream within 1 s"));
  EXPECT_THAT(suite.command().output(), HasSubstr("NZ: 0 passed, 0 failed"));
}

TEST(Conform, SaysWhatIsWrongWithItsCommandLine) {
  const scenarios::TemporaryFolder folder;
  cli::Command without({"conform"}, folder.path() / "log");
  EXPECT_EQ(without.wait(), 2);
  EXPECT_THAT(without.errors(), HasSubstr("HOST:PORT is missing"));
  cli::Command nowhere({"conform", "nonsense", "--out", (folder.path() / "out").string()},
                       folder.path() / "nowhere.log");
  EXPECT_EQ(nowhere.wait(), 2);
  EXPECT_THAT(nowhere.errors(), HasSubstr("'nonsense' is not HOST:PORT"));
  cli::Command gateway({"conform", "127.0.0.1:0", "--party", "gateway/hub"}, folder.path() / "other.log");
  EXPECT_EQ(gateway.wait(), 2);
}

TEST(Conform, SaysThatItsPortIsTaken) {
  Suite first({"--wait", "10"});
  const scenarios::TemporaryFolder folder;
  cli::Command second({"conform", first.place("address"), "--out", (folder.path() / "out").string()},
                      folder.path() / "log");
  EXPECT_EQ(second.wait(), 3);
  EXPECT_THAT(second.errors(), HasSubstr("PORT_UNAVAILABLE"));
}

// Misdeeds of the node in Node.js, each with the requirements that must find it, and no others.
using Misdeeds = std::map<std::string, std::set<std::string>>;

// The suites run side by side: most of their time is waiting for what should not come.
void expect_found(const Misdeeds& misdeeds) {
  struct Play {
    Suite suite;
    std::unique_ptr<ExternalNode> node;
  };
  std::map<std::string, Play> plays;
  for (const auto& [misdeed, found_by] : misdeeds) {
    Play& play = plays[misdeed];
    play.node = play.suite.their_node(misdeed, answers_declarations);
  }
  for (const auto& [misdeed, found_by] : misdeeds) {
    Suite& suite = plays.at(misdeed).suite;
    EXPECT_EQ(suite.wait(), 1) << misdeed << suite.command().errors();
    EXPECT_EQ(suite.failed(), found_by) << misdeed << "\n" << suite.command().output();
  }
}

TEST(Conform, FindsWhoTakesWhatDoesNotHold) {
  GNC_REQUIRE_NODE_JS;
  expect_found({{"takes-what-is-altered", {"refuse.content", "refuse.proof", "refuse.business"}},
                {"believes-anybody", {"receipts.issuer"}},
                {"re-serialises", {"envelope.unknown-fields"}},
                {"takes-large-frames", {"frame.too-large", "frame.inflates"}}});
}

TEST(Conform, FindsWhoForgetsOrRepeats) {
  GNC_REQUIRE_NODE_JS;
  expect_found(
      {{"answers-twice", {"duplicate.receipt", "duplicate.business", "refuse.conflict", "resume.duplicate"}},
       {"sends-once", {"resume.submission"}},
       {"forgets-its-place", {"receipts.position"}},
       {"grants-once", {"credit.deliveries"}}});
}

TEST(Conform, FindsWhoDoesNotKeepToTheStream) {
  GNC_REQUIRE_NODE_JS;
  expect_found({{"overruns-credit", {"credit.submissions"}},
                {"hammers", {"stream.pause"}},
                {"speaks-early", {"hello.alone"}},
                {"stays-away", {"stream.return"}},
                {"trusts-any-gateway", {"gateway.identity"}}});
}

}  // namespace
}  // namespace gnc::external::conform_test
