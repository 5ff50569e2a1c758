#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/virtual/fuzz_case.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {

// What came of one made-up scenario.
struct FuzzResult {
  std::vector<std::string> broken;  // promises, and exchanges that never ended; empty: all held
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  std::uint64_t exchanges = 0;
};

// Plays it, judging after every event, and in the end that everything came to its end.
FuzzResult play(const FuzzCase&);

// The smallest that still fails, found within `plays`.
FuzzCase shrink(const FuzzCase& failing, std::size_t plays);

struct FuzzReport {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  std::uint64_t exchanges = 0;
  std::vector<std::uint64_t> failed;
};
// Plays the seeds from first to last. `each` is called after each one, and ends the work where it says false.
FuzzReport fuzz(std::uint64_t first, std::uint64_t last,
                const std::function<bool(std::uint64_t seed, const FuzzResult&)>& each);

}  // namespace gnc::scenarios
