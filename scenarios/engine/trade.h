#pragma once

#include <cstdint>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/world_table.h"

namespace gnc::scenarios {

constexpr Duration longest_trade = Duration::from_seconds(7 * 24 * 3600);
constexpr Duration shortest_interval = Duration::from_seconds(1);
constexpr std::uint64_t most_trade_exchanges = 100'000'000;

enum class Rhythm { office, even };

// A workload of all administrations with each other. Each hands what has come up for another over once in
// every interval, at a moment of its own, and in parts of the interval where it is too much at once.
struct Trade {
  std::uint64_t exchanges = 0;  // in all
  Duration length{};
  Duration every = Duration::from_seconds(3600);
  std::uint64_t at_once = UINT64_MAX;  // who has more for another in an interval hands over more often
  Rhythm rhythm = Rhythm::office;
  // The gravity model: weight × weight / distance ^ decay, times a factor that is drawn for each pair, e ^
  // (scatter × a normal variate).
  double decay = 1;
  double scatter = 0.5;
  std::vector<TradeShare> matrix;  // instead of the model
};

}  // namespace gnc::scenarios
