#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/conformance/requirement.h"
#include "scenarios/conformance/trials.h"

namespace gnc::scenarios {

// What the node under test is to be started with.
struct ConformancePlace {
  std::string address;  // where it connects to
  PartyName party, gateway, sender;
  std::filesystem::path identity, trust, block, agreement;
};

struct ConformanceOptions {
  std::string address;  // "127.0.0.1:7443"
  PartyName party;
  // Certificates, block and agreement are written here; those that are there are used again.
  std::filesystem::path folder;
  TrialPatience patience = {};
  // Called once the gateway listens.
  std::function<void(const ConformancePlace&)> listening = {};
  // Called once the node has been welcomed.
  std::function<void()> begun = {};
};

// Plays the gateway, and the peers behind it, for a node that connects, and says what it found. An error
// where the trials could not begin.
Result<Findings> try_conformance(const ConformanceOptions& options);

}  // namespace gnc::scenarios
