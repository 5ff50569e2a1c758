#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/bare_peer.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/lodger.h"

namespace gnc::scenarios {

// What a rogue does, and what the gateway says to it. What comes of it is counted as of a lodgement.
class RogueAttack {
 public:
  // `before`: how many envelopes attacks have had before this one; counted on. The peer must outlive it.
  RogueAttack(const RoguePeer&, BarePeer& peer, Lodger&, std::uint64_t& before, Instant now);

  // To be called whenever something happened, until is_answered().
  void advance();
  bool is_answered() const { return answered_; }
  // In words: "3 sent, 3 refused, 0 admitted".
  const std::string& outcome() const { return outcome_; }

 private:
  RoguePeer rogue_;
  BarePeer* peer_;
  std::vector<std::string> references_;
  std::uint32_t to_replay_ = 0;
  bool answered_ = false;
  std::string outcome_;
};

}  // namespace gnc::scenarios
