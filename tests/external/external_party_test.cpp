#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/engine/link_proxy.h"
#include "tests/external/external_node.h"
#include "tests/processes/await.h"
#include "tests/processes/gateway_process.h"
#include "tests/scenarios/temporary_folder.h"

// `gncsim run` with a party whose system is the node in Node.js.
namespace gnc::external::external_party_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class ExternalParty : public testing::Test {
 protected:
  void SetUp() override { GNC_REQUIRE_NODE_JS; }

  void run(const std::string& external, const std::string& steps) {
    const fs::path library = fs::path(GNC_SOURCE_DIR) / "scenarios";
    const fs::path scenario = folder_.write(
        "s.yaml", fmt::format("scenario: With a system from outside\n"
                              "topology: {{administrations: [NZ, CN], external: {}}}\n"
                              "agreements: [{}]\n{}",
                              external, (library / "agreements/nz-cn-export.yaml").string(), steps));
    run_ = std::make_unique<processes::PipedProcess>(
        processes::gncsim_binary(),
        std::vector<std::string>{"run", scenario.string(), "--out", out().string(), "--quiet",
                                 "--keep-going"},
        folder_.path() / "log");
  }
  fs::path out() const { return folder_.path() / "run"; }

  // What the run leaves for whoever starts that system, once it waits for it.
  nlohmann::json place() const {
    processes::await([this] { return fs::exists(out() / "external.json"); }, "external.json");
    return nlohmann::json::parse(content_of(out() / "external.json")).at(0);
  }
  std::unique_ptr<ExternalNode> connect(const nlohmann::json& place) const {
    return std::make_unique<ExternalNode>(ExternalPlace{.gateway_address = place.at("gateway"),
                                                        .identity = std::string(place.at("identity")),
                                                        .trust = std::string(place.at("trust")),
                                                        .journal = folder_.path() / "theirs",
                                                        .answers = {"export-declaration=export-response"}});
  }

  scenarios::TemporaryFolder folder_;
  std::unique_ptr<processes::PipedProcess> run_;
};

TEST_F(ExternalParty, IsWaitedForAndTakesPartInTheRun) {
  const std::string documents = std::string(GNC_SOURCE_DIR) + "/scenarios/documents/export/*.xml";
  run("{CN: {within: 60s}}",
      fmt::format("steps:\n"
                  "  - lodge: {{at: NZ, to: CN, documents: {}, as: exports}}\n"
                  "  - await: {{at: CN, receives: exports}}\n"
                  "  - expect: {{of: exports, answer: true, path: Response/FunctionCode, equals: \"01\"}}\n"
                  "expect:\n"
                  "  - exchange.processed == 13\n"
                  "  - exchange.lost == 0\n"
                  "  - delivery.p99 < 30s\n",
                  documents));
  const nlohmann::json where = place();
  EXPECT_EQ(where.at("party"), "CN");
  EXPECT_EQ(where.at("gateway_name"), "gateway/hub");
  const auto theirs = connect(where);
  EXPECT_EQ(run_->wait(), 0) << content_of(folder_.path() / "log");
  const auto report = nlohmann::json::parse(content_of(out() / "report.json"));
  for (const auto& promise : report.at("promises")) EXPECT_TRUE(promise.at("held")) << promise;
  EXPECT_EQ(report.at("latency_ms").at("delivered").at("count"), 13);
  EXPECT_EQ(report.at("exchange").at("delivered"), 13);
  EXPECT_THAT(content_of(folder_.path() / "log"),
              HasSubstr(fmt::format("waiting 1 min for the system of CN:\n  gateway      {}",
                                    std::string(where.at("gateway")))));
  // What it tells is its own.
  theirs->follow([](const auto& told) {
    return std::ranges::count_if(told, [](const auto& event) { return event.at("event") == "received"; }) ==
           13;
  });
}

TEST_F(ExternalParty, ThatDoesNotComeIsNamedAndEndsTheRun) {
  run("{CN: {within: 500ms}}", "steps:\n  - pause: 1s\n");
  EXPECT_EQ(run_->wait(), 3);
  const std::string said = content_of(folder_.path() / "log");
  EXPECT_THAT(said, HasSubstr("EXTERNAL_PARTY_ABSENT"));
  EXPECT_THAT(said, HasSubstr("CN did not connect to 127.0.0.1:"));
  EXPECT_THAT(said, HasSubstr("within 500 ms"));
}

TEST_F(ExternalParty, FindsItsGatewayAtThePortThatTheScenarioNames) {
  // A port that was free a moment ago.
  const std::uint16_t port = std::make_unique<scenarios::LinkProxies>()->add("free", {}, 1).value();
  run(fmt::format("{{CN: {{port: {}, within: 60s}}}}", port), "steps:\n  - pause: 10ms\n");
  const nlohmann::json where = place();
  EXPECT_EQ(where.at("gateway"), fmt::format("127.0.0.1:{}", port));
  const auto theirs = connect(where);
  EXPECT_EQ(run_->wait(), 0) << content_of(folder_.path() / "log");
}

}  // namespace
}  // namespace gnc::external::external_party_test
