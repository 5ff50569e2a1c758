#include "gateway/serve/stream_rate.h"

#include <algorithm>

namespace gnc::gateway {

double StreamRate::tokens_at(const Bucket& bucket, Time now) const {
  return std::min(burst_, bucket.tokens + rate_ * std::chrono::duration<double>(now - bucket.at).count());
}

bool StreamRate::allows(const std::string& connection, Time now) {
  const std::lock_guard guard(mutex_);
  auto& bucket = buckets_.try_emplace(connection, Bucket{burst_, now}).first->second;
  bucket = {tokens_at(bucket, now), now};
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void StreamRate::forget_idle(Time now) {
  const std::lock_guard guard(mutex_);
  std::erase_if(buckets_, [&](const auto& entry) { return tokens_at(entry.second, now) >= burst_; });
}

}  // namespace gnc::gateway
