#pragma once

#include <cstdint>
#include <string>

#include "proto/types/random.h"

namespace gnc::scenarios {

// Of what a process draws after its start of that number, the first being 1: the same in both worlds, and
// another after each start, so that no identifier comes twice.
inline std::uint64_t seed_of_start(const Random& process, std::uint64_t start) {
  return process.child("start " + std::to_string(start)).next();
}

}  // namespace gnc::scenarios
