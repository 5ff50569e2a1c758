#include "nodes/core/transfer_attempts.h"

#include "proto/types/backoff.h"

namespace gnc::nodes {
namespace {

constexpr Duration first_wait = Duration::from_milliseconds(200);
constexpr Duration longest_wait = Duration::from_seconds(5);

}  // namespace

std::optional<Duration> TransferAttempts::after(v1::ErrorCode fault, Instant now) {
  if (!catalogue_entry(fault).retryable) return std::nullopt;
  const Duration wait = backoff(++failures_, first_wait, longest_wait, jitter_);
  if (now + wait > until_) return std::nullopt;
  return wait;
}

}  // namespace gnc::nodes
