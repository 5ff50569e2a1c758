#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/party_name.h"

namespace gnc::scenarios {

// What the system of an external party needs to take part in a run.
struct ExternalPlace {
  PartyName party;
  std::string gateway;             // HOST:PORT
  std::string gateway_name;        // the one that its certificate has
  std::filesystem::path identity;  // node.crt and node.key
  std::filesystem::path trust;     // roots, issuers and revocation lists
  std::vector<std::filesystem::path> blocks, agreements;
  Duration within;
};

// For people: what to connect to, with what.
std::string external_text(const ExternalPlace&);
// For programs: external.json of the run's folder.
std::string external_json(const std::vector<ExternalPlace>&);

}  // namespace gnc::scenarios
