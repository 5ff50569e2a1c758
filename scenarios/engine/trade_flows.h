#pragma once

#include <cstdint>
#include <vector>

#include "proto/types/random.h"
#include "scenarios/engine/trade.h"

namespace gnc::scenarios {

struct TradeFlow {
  PartyName from, to;
  std::uint64_t count = 0;
};

// How many of the trade's exchanges go from whom to whom: by its matrix, or by the gravity model over
// `world`. They add up to what was asked for, each within one of its share; those of none are left out.
std::vector<TradeFlow> trade_flows(const Trade&, const std::vector<WorldPlace>& world, Random stream);

}  // namespace gnc::scenarios
