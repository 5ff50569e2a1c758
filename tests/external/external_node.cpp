#include "tests/external/external_node.h"

#include <cstdlib>

namespace gnc::external {
namespace {

const std::filesystem::path source_folder = std::filesystem::path(GNC_SOURCE_DIR) / "tests/external/node";
const std::filesystem::path installed = std::filesystem::path(GNC_EXTERNAL_NODE) / "node_modules";

// Node finds its packages beside the build, the program in the tree.
std::vector<std::string> arguments(const ExternalPlace& place) {
  std::vector<std::string> words{"NODE_PATH=" + installed.string(),
                                 "node",
                                 (source_folder / "node.js").string(),
                                 "--gateway",
                                 place.gateway_address,
                                 "--identity",
                                 place.identity,
                                 "--trust",
                                 place.trust,
                                 "--journal",
                                 place.journal};
  for (const std::string& answer : place.answers) words.insert(words.end(), {"--answer", answer});
  if (!place.misbehave.empty()) words.insert(words.end(), {"--misbehave", place.misbehave});
  return words;
}

}  // namespace

bool can_run_external_node() { return std::filesystem::exists(installed); }

ExternalNode::ExternalNode(const ExternalPlace& place)
    : process_("/usr/bin/env", arguments(place), place.journal.string() + ".log") {}

void ExternalNode::follow(const std::function<bool(const Told&)>& until, std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (!until(told_)) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    told_.push_back(nlohmann::json::parse(process_.read_line(std::max(left, std::chrono::milliseconds(0)))));
  }
}

}  // namespace gnc::external
