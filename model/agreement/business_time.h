#pragma once

#include <algorithm>

#include <google/protobuf/duration.pb.h>

#include "proto/types/instant.h"

// Times that a block or an agreement names.
namespace gnc::model {

inline Duration duration_of(const google::protobuf::Duration& duration) {
  return {duration.seconds() * 1'000'000 + duration.nanos() / 1000};
}

// Business time by the clock of a simulation that need not wait for it.
inline Duration scaled(Duration business, double business_clock) {
  return {static_cast<std::int64_t>(static_cast<double>(business.microseconds) / business_clock)};
}

// The same for the life of what crosses a network, which takes its own time: never so short that it cannot
// arrive.
inline Duration scaled_life(Duration business, double business_clock) {
  constexpr Duration crossing = Duration::from_seconds(10);
  return std::max(scaled(business, business_clock), std::min(business, crossing));
}

}  // namespace gnc::model
