#pragma once

#include <cstddef>
#include <cstdint>

namespace gnc::gateway {

// What one gateway process lets its peers take.
struct ServeLimits {
  std::size_t connections = 4096;
  // Many simulated nodes share the loopback address.
  std::size_t connections_per_address = 512;
  std::size_t streams_per_party = 4;
  // Streams that one connection may open at once, and then each second.
  std::uint32_t stream_burst = 16;
  std::uint32_t streams_a_second = 4;
  // From a stream's opening to its Hello.
  std::uint32_t hello_seconds = 10;
  // Receipts that wait for one slow reader.
  std::size_t waiting_bytes_per_session = 32u << 20;
  // Frames that wait for the core; reading pauses beyond.
  std::size_t waiting_bytes_for_core = 32u << 20;
  // Batches kept in memory for delivery.
  std::size_t batch_cache_bytes = 32u << 20;
  // Payloads under way at once, each with a thread and a chunk in memory.
  std::size_t transfers = 32;
  std::size_t transfers_per_party = 4;
  // A transfer that stands still for so long is ended; what has come of it stays.
  std::uint32_t transfer_silence_seconds = 30;
  // How long payloads are kept after they were last written. Longer than any envelope lives by default.
  std::uint32_t payload_life_hours = 30 * 24;
};

}  // namespace gnc::gateway
