#pragma once

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

}  // namespace gnc::model
