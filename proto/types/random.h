#pragma once

#include <cstdint>
#include <string_view>

namespace gnc {

// A small deterministic generator (xoshiro256**, seeded by SplitMix64): the same on every machine and
// compiler. Child streams are derived by name, so that adding a party changes no other's draws.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // A stream of its own for `name`, independent of draws made here.
  Random child(std::string_view name) const;

 private:
  std::uint64_t seed_;
  std::uint64_t state_[4];
};

}  // namespace gnc
