#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/engine/lodger.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// Plays one trade: lodges what each flow hands over, round by round. Only the next round of each flow is
// kept.
class TradeRounds {
 public:
  // `start` is when the trade begins.
  TradeRounds(const PlannedTrade&, Instant start, Lodger&);

  void advance(Instant now, Lodger&);
  bool done() const { return rounds_.empty(); }
  std::optional<Instant> wake() const;

 private:
  // The next time that a flow hands something over.
  struct Round {
    Instant at;
    std::uint32_t flow = 0;
    std::uint32_t number = 0;
    std::uint32_t count = 0;

    bool operator>(const Round& other) const { return at != other.at ? at > other.at : flow > other.flow; }
  };
  // From round `number` of the flow on.
  void find_next(std::uint32_t flow, std::uint32_t number);

  const PlannedTrade* trade_;
  Instant start_;
  std::vector<BatchIndex> batches_;  // by flow
  std::vector<Round> rounds_;        // a heap, the soonest first
  std::uint64_t lodged_ = 0;
};

}  // namespace gnc::scenarios
