#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

// The baseline of the exchange rate: opaque 1 kB messages, 32 a frame, from one process through another to a
// third, over gRPC streams with mutual TLS. No store, no seal, and no frame is looked into.
namespace gnc::bench {

inline constexpr std::size_t relay_message_bytes = 1024;
inline constexpr std::size_t relay_messages_per_frame = 32;

struct RelayRate {
  double messages_per_second = 0;
  double cpu_us_per_message = 0;  // all three processes
};

// Measures for `seconds` after a warm-up, with three processes of this program.
RelayRate measure_raw_relay(const std::filesystem::path& pki, double seconds);

// The three processes' own work; each returns its exit status.
int serve_raw_relay(const std::filesystem::path& pki);
int produce_for_raw_relay(const std::filesystem::path& pki, const std::string& address);
int consume_from_raw_relay(const std::filesystem::path& pki, const std::string& address, double seconds);

}  // namespace gnc::bench
