#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "gateway/serve/limits.h"

namespace gnc::gateway {

// How fast each connection may open streams: a bucket of tokens for each. Any thread.
class StreamRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit StreamRate(const ServeLimits& limits)
      : burst_(limits.stream_burst), rate_(limits.streams_a_second) {}

  bool allows(const std::string& connection, Time now);
  // Drops the buckets that are full again.
  void forget_idle(Time now);

 private:
  struct Bucket {
    double tokens;
    Time at;
  };
  double tokens_at(const Bucket& bucket, Time now) const;

  const double burst_;
  const double rate_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace gnc::gateway
