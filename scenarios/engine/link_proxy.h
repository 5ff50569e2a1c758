#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

// How a link behaves, each direction for itself.
struct LinkSettings {
  Duration latency{};
  Duration jitter{};                         // each piece is later or earlier by up to this; order holds
  std::optional<std::uint64_t> bandwidth{};  // bits in a second, shared by all connections; empty: no bound
  // What a lost packet is to TCP: with this probability a piece, and all behind it, is late by `stall`.
  double loss = 0;
  Duration stall = Duration::from_milliseconds(200);
  bool operator==(const LinkSettings&) const = default;
};

struct LinkTraffic {
  std::uint64_t bytes_up = 0;    // from those who connect to what they connect to
  std::uint64_t bytes_down = 0;  // and back
  std::uint64_t connections = 0;
};

// TCP proxies on loopback that impair what passes: bytes leave in order, each when its time has come. They
// run on one thread of their own. Every method may be called from any thread.
class LinkProxies {
 public:
  LinkProxies();
  ~LinkProxies();
  LinkProxies(const LinkProxies&) = delete;
  LinkProxies& operator=(const LinkProxies&) = delete;

  // Begins to listen; returns the port on 127.0.0.1. Connections are closed until the link is aimed. The
  // seed decides the jitter.
  Result<std::uint16_t> add(const std::string& name, const LinkSettings&, std::uint64_t seed);
  // New connections go to this port of 127.0.0.1 from now on.
  void aim(std::string_view name, std::uint16_t target_port);
  LinkTraffic traffic(std::string_view name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
