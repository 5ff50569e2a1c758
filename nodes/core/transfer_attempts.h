#pragma once

#include <cstdint>
#include <optional>

#include "proto/types/error.h"
#include "proto/types/instant.h"
#include "proto/types/random.h"

namespace gnc::nodes {

// How often the transfer of one payload is tried, and when again. An attempt goes on from where the one
// before it was cut off.
class TransferAttempts {
 public:
  // None is begun after `until`. `jitter` must outlive it.
  TransferAttempts(Instant until, Random& jitter) : until_(until), jitter_(jitter) {}

  // How long to wait before the next attempt, after one that failed by that fault; nothing where none is
  // worth while: the fault is for good, or time has run out.
  std::optional<Duration> after(v1::ErrorCode fault, Instant now);

 private:
  const Instant until_;
  Random& jitter_;
  std::uint32_t failures_ = 0;
};

}  // namespace gnc::nodes
