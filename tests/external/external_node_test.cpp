#include "tests/external/external_node.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/system_clock.h"
#include "tests/processes/gateway_process.h"
#include "tests/processes/node_host_process.h"
#include "tests/scenarios/temporary_folder.h"
#include "trust/pki/pki.h"

// gncsim's gateway, a node host of ours and the node in Node.js: each a process of its own.
namespace gnc::external::external_node_test {
namespace {

using testing::SizeIs;

constexpr std::string_view agreement = "NZ-CN/export-declaration";
constexpr std::string_view declaration = "export-declaration";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class ExternalNodeTest : public testing::Test {
 protected:
  void SetUp() override {
    GNC_REQUIRE_NODE_JS;
    const trust::Validity validity{system_now() - Duration::from_seconds(3600),
                                   system_now() + Duration::from_seconds(24 * 3600)};
    auto pki = must(trust::Pki::create(folder() / "pki", validity));
    for (const auto* name : {"NZ", "CN", "gateway/hub"}) {
      identities_[name] =
          must(pki.issue({.party = PartyName::from_text(name).value(), .validity = validity}));
    }
    must(pki.publish_lists(system_now(), validity.until));
    trust_ = pki.trust_folder();
    const std::filesystem::path library = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";
    definitions_ = {.blocks = {library / "blocks/export-declaration.yaml"},
                    .agreements = {library / "agreements/nz-cn-export.yaml"}};
    gateway_ = std::make_unique<processes::GatewayProcess>(
        processes::GatewayPlace{.identity = identities_["gateway/hub"],
                                .trust = trust_,
                                .store = folder() / "gateway",
                                .definitions = definitions_});
  }

  const std::filesystem::path& folder() const { return folder_.path(); }

  std::unique_ptr<processes::NodeHostProcess> our_node(const std::string& party) {
    processes::NodeHostPlace place;
    place.parties = {{party, identities_[party]}};
    place.gateway_address = gateway_->address();
    place.trust = trust_;
    place.store = folder() / "ours";
    place.definitions = definitions_;
    return std::make_unique<processes::NodeHostProcess>(place);
  }

  std::unique_ptr<ExternalNode> their_node(const std::string& party) {
    return std::make_unique<ExternalNode>(ExternalPlace{.gateway_address = gateway_->address(),
                                                        .identity = identities_[party],
                                                        .trust = trust_,
                                                        .journal = folder() / "theirs",
                                                        .answers = {"export-declaration=export-response"}});
  }

 private:
  scenarios::TemporaryFolder folder_;
  std::map<std::string, std::filesystem::path> identities_;
  std::filesystem::path trust_;
  processes::Definitions definitions_;
  std::unique_ptr<processes::GatewayProcess> gateway_;
};

std::string reference(std::size_t number) { return fmt::format("declaration-{}", number); }

v1::Command lodgement(std::size_t count) {
  v1::Command command;
  v1::Lodge& lodge = *command.mutable_lodge();
  lodge.set_at("NZ");
  lodge.set_to("CN");
  for (std::size_t number = 0; number < count; ++number) {
    v1::MetaData document;
    document.mutable_declaration()->mutable_function_code()->set_value("9");
    document.mutable_declaration()->mutable_functional_reference_id()->set_value(reference(number));
    v1::Lodge::Item& item = *lodge.add_items();
    item.set_reference(reference(number));
    item.set_document(document.SerializeAsString());
    item.set_form_hint("pb");
  }
  return command;
}

// How often the node in Node.js gave each document to its business, by its reference.
std::map<std::string, int> given_to_business(const ExternalNode& node) {
  std::map<std::string, int> times;
  for (const auto& event : node.told()) {
    if (event.at("event") == "received" && event.contains("reference")) ++times[event.at("reference")];
  }
  return times;
}

// Follows our host until `count` exchanges have ended; how often each came to which end.
std::map<std::string, std::vector<std::string>> ends_at(processes::NodeHostProcess& host, std::size_t count) {
  std::map<std::string, std::string> references;
  std::map<std::string, std::vector<std::string>> ends;
  host.follow(
      [&](const v1::Event& event) {
        if (event.kind() == v1::EVENT_KIND_LODGED) references[event.exchange()] = event.reference();
        if (event.kind() < v1::EVENT_KIND_PROCESSED || event.kind() > v1::EVENT_KIND_DEAD_LETTERED) return;
        ends[references[event.exchange()]].push_back(
            event.kind() == v1::EVENT_KIND_PROCESSED ? "processed " + event.function_code() : event.detail());
      },
      [&](const v1::Report&) { return ends.size() >= count; }, std::chrono::seconds(40));
  return ends;
}

TEST_F(ExternalNodeTest, ReceivesWhatOurNodeLodgesVerifiesItAndAnswers) {
  const auto theirs = their_node("CN");
  const auto ours = our_node("NZ");
  ours->command(lodgement(150));
  for (const auto& [name, ends] : ends_at(*ours, 150)) {
    EXPECT_EQ(ends, std::vector<std::string>{"processed 01"}) << name;
  }
  theirs->follow([&](const auto&) { return given_to_business(*theirs).size() == 150; });
  for (const auto& [name, times] : given_to_business(*theirs)) EXPECT_EQ(times, 1) << name;
}

TEST_F(ExternalNodeTest, LodgesWhatOurNodeReceivesVerifiesAndAnswers) {
  const auto ours = our_node("CN");
  const auto theirs = their_node("NZ");
  for (std::size_t number = 0; number < 30; ++number) {
    theirs->lodge({{"to", "CN"},
                   {"agreement", agreement},
                   {"message", declaration},
                   {"type", "DEC"},
                   {"reference", reference(number)},
                   {"document",
                    {{"declaration",
                      {{"functionCode", {{"value", "9"}}},
                       {"functionalReferenceId", {{"value", reference(number)}}}}}}}});
  }
  const auto answers = [&] {
    std::map<std::string, int> times;
    for (const auto& event : theirs->told()) {
      if (event.at("event") == "received" && event.at("functionCode") == "01") ++times[event.at("answers")];
    }
    return times;
  };
  theirs->follow([&](const auto&) { return answers().size() == 30; });
  for (const auto& [id, times] : answers()) EXPECT_EQ(times, 1) << id;

  std::map<std::string, std::vector<std::string>> states;
  for (const auto& event : theirs->told()) {
    if (event.at("event") == "state") states[event.at("reference")].push_back(event.at("state"));
  }
  ASSERT_THAT(states, SizeIs(30));
  for (const auto& [name, passed] : states) {
    // Our node's processed receipt may come before its answer or with it.
    EXPECT_EQ(passed, (std::vector<std::string>{"admitted", "delivered", "processed"})) << name;
  }
}

TEST_F(ExternalNodeTest, LosesNothingAndRepeatsNothingWhenItIsKilled) {
  auto theirs = their_node("CN");
  const auto ours = our_node("NZ");
  ours->command(lodgement(600));
  theirs->follow([&](const auto&) { return given_to_business(*theirs).size() >= 20; });
  theirs->process().end(SIGKILL);
  std::map<std::string, int> before = given_to_business(*theirs);
  theirs = their_node("CN");
  for (const auto& [name, ends] : ends_at(*ours, 600)) {
    EXPECT_EQ(ends, std::vector<std::string>{"processed 01"}) << name;
  }
  for (const auto& [name, times] : given_to_business(*theirs)) {
    EXPECT_EQ(times + before[name], 1) << name;
  }
}

}  // namespace
}  // namespace gnc::external::external_node_test
