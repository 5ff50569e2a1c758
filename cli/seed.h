#pragma once

#include <cstdint>
#include <optional>
#include <random>

namespace gnc::cli {

// The seed that a process was given, or one of chance: without one, no two live processes wait and number
// alike.
inline std::uint64_t seed_or_chance(const std::optional<std::uint64_t>& given) {
  if (given) return *given;
  std::random_device chance;
  return static_cast<std::uint64_t>(chance()) << 32 | chance();
}

}  // namespace gnc::cli
