#pragma once

#include <filesystem>
#include <string>

// What the latency of an exchange is measured against: the time that one round trip and one durable write
// take when nothing else is done.
namespace gnc::bench {

struct LatencyFloor {
  double echo_ms = 0;   // p50 of a unary call of 1 kB over mutual TLS, to another process and back
  double fsync_ms = 0;  // p50 of a write of 4 kB and fdatasync
};

// `folder` must be on the disk that the stores use.
LatencyFloor measure_latency_floor(const std::filesystem::path& pki, const std::filesystem::path& folder);

int serve_echo(const std::filesystem::path& pki);

}  // namespace gnc::bench
