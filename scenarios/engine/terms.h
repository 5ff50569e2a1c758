#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/engine/scenario.h"

namespace gnc::window {
struct Profile;
}

namespace gnc::scenarios {

// What parties have agreed on, and how those that do customs' work do it.
struct Terms {
  std::vector<std::filesystem::path> block_files;
  std::vector<std::filesystem::path> agreement_files;
  std::map<PartyName, std::filesystem::path> profile_files;
  std::map<PartyName, std::shared_ptr<const window::Profile>> profiles;  // what those say
  std::shared_ptr<const model::AgreementBook> book;                      // null where there are mistakes
};

// What could be read, and everything that is wrong with it.
struct ReadTerms {
  Terms terms;
  std::vector<Error> mistakes;
};

// Those that a scenario names.
ReadTerms read_terms(const Scenario& scenario);
// Those of these files. A block that is not among them is looked for beside the agreement and in ../blocks.
ReadTerms read_terms(std::vector<std::filesystem::path> agreements, std::vector<std::filesystem::path> blocks,
                     std::map<PartyName, std::filesystem::path> profiles, double business_clock = 1);

}  // namespace gnc::scenarios
