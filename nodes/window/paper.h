#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodes/window/chance.h"
#include "nodes/window/decimal.h"

namespace gnc::window {

// From some business time on since the administration's node first began, this much comes on paper.
struct PaperShare {
  Duration after;
  Decimal per_cent;
};

// What comes to an administration on paper, and what that costs.
struct PaperProfile {
  Decimal per_cent;                   // of the documents
  std::vector<PaperShare> changes;    // in the order of time
  std::vector<std::string> messages;  // which of them; empty: all
  TimeSpread post = TimeSpread::always({});
  TimeSpread keying = TimeSpread::always({});  // an officer's time for a document
  Decimal errors;                              // fields keyed wrong, of a hundred
  std::uint64_t seed = 0;

  const Decimal& share_at(Duration passed) const;
};

}  // namespace gnc::window
