#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/corpus.h"
#include "tests/processes/piped_process.h"

namespace gnc::external {

// Whether the node in Node.js can be run here (tests/external/install.sh has installed what it needs).
bool can_run_external_node();

// The first line of a test that plays it: without Node.js a failure where CI is true, elsewhere a skip.
#define GNC_REQUIRE_NODE_JS                                                            \
  if (!::gnc::external::can_run_external_node() && ::gnc::test::all_must_be_there()) { \
    FAIL() << "Node.js is missing";                                                    \
  }                                                                                    \
  if (!::gnc::external::can_run_external_node()) GTEST_SKIP() << "Node.js and npm are missing here"

// Where the node in Node.js has its things.
struct ExternalPlace {
  std::string gateway_address;
  std::filesystem::path identity;
  std::filesystem::path trust;
  std::filesystem::path journal;          // its log is beside it
  std::vector<std::string> answers = {};  // "declaration=response"
  std::string misbehave = {};
};

// The node in Node.js, at work, and what it tells: one JSON object a line.
class ExternalNode {
 public:
  explicit ExternalNode(const ExternalPlace& place);

  void lodge(const nlohmann::json& lodgement) {
    process_.write(nlohmann::json{{"lodge", lodgement}}.dump() + "\n");
  }
  // Reads what it tells until `until` holds of all of it. Throws, with the log's words, where it ends or
  // `wait` runs out.
  using Told = std::vector<nlohmann::json>;
  void follow(const std::function<bool(const Told&)>& until,
              std::chrono::milliseconds wait = processes::patience);
  const Told& told() const { return told_; }
  processes::PipedProcess& process() { return process_; }

 private:
  processes::PipedProcess process_;
  Told told_;
};

}  // namespace gnc::external
