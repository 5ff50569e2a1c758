#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "proto/types/party_name.h"
#include "scenarios/engine/expectation.h"
#include "scenarios/engine/link_proxy.h"
#include "scenarios/engine/quantity.h"

// A scenario as it was written and found right: every name in it is known, every value has its type.
namespace gnc::scenarios {

enum class Design { hub };

struct Topology {
  Design design = Design::hub;
  std::vector<PartyName> administrations;
  LinkSettings default_link;
  std::map<std::string, LinkSettings> links;  // by "NZ-gateway"

  const LinkSettings& link_of(const PartyName&) const;
};

// The link between an administration and the hub's gateway.
std::string link_name(const PartyName&);

// Which exchange a lodgement begins. What is not given follows from the agreements, where that is
// unambiguous.
struct ExchangeChoice {
  std::string flow;       // id of the utility block
  std::string agreement;  // id of the agreement
  std::string message;    // name of the block's message
};

// Files, as patterns relative to the scenario's folder.
using DocumentPatterns = std::vector<std::string>;

struct LodgeStep {
  std::optional<PartyName> at;
  std::optional<PartyName> to;
  DocumentPatterns documents;
  std::string as;
  ExchangeChoice choice;
  std::string priority;  // "urgent", "normal", "bulk"
  Duration life{};       // zero: the node's own default
};

struct AwaitStep {
  std::optional<PartyName> at;
  std::string receives;  // `as` of an earlier lodgement
  Duration within = Duration::from_seconds(10);
};

struct PauseStep {
  Duration length{};
};

struct Step {
  std::variant<LodgeStep, AwaitStep, PauseStep> action;
  model::YamlPlace place;
};

struct Workload {
  std::string name;
  std::optional<PartyName> from;
  std::optional<PartyName> to;
  DocumentPatterns documents;
  ExchangeChoice choice;
  std::string priority;
  Duration life{};
  // At least one of count and rate is there; a rate has a count or a length.
  std::optional<std::uint64_t> count;
  std::optional<Rate> rate;
  std::optional<Duration> length;
  model::YamlPlace place;
};

struct ProcessPolicy {
  // Start a process again, with the same store, when it ends by itself.
  bool restart = true;
};

struct Scenario {
  std::filesystem::path file;
  std::string text;  // the file as it was read
  std::string name;
  std::uint64_t seed = 1;
  Topology topology;
  std::vector<std::string> agreements;
  std::vector<std::string> blocks;
  std::vector<Step> steps;
  std::vector<Workload> workloads;
  std::vector<Expectation> expectations;
  ProcessPolicy processes;
  // How long after the last lodgement the run waits for exchanges to come to their end.
  Duration settle = Duration::from_seconds(30);

  std::filesystem::path folder() const { return file.parent_path(); }
};

}  // namespace gnc::scenarios
