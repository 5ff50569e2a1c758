#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

enum class LinkDirection { both, up, down };  // up: from those who connect to what they connect to

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
  std::uint64_t bytes_up = 0;     // from those who connect to what they connect to
  std::uint64_t bytes_down = 0;   // and back
  std::uint64_t connections = 0;  // that reached it
};

// TCP proxies on loopback that impair what passes: bytes leave in order, each when its time has come. They
// run on one thread of their own. Every method may be called from any other thread; a name that is not
// known does nothing. What a method asks for is in force when it returns.
class LinkProxies {
 public:
  LinkProxies();
  ~LinkProxies();
  LinkProxies(const LinkProxies&) = delete;
  LinkProxies& operator=(const LinkProxies&) = delete;

  // Begins to listen, at this port of 127.0.0.1 or, for zero, a free one; returns it. Connections are closed
  // until the link is aimed. The seed decides jitter and loss.
  Result<std::uint16_t> add(const std::string& name, const LinkSettings&, std::uint64_t seed,
                            std::uint16_t port = 0);
  // New connections go to this port of 127.0.0.1 from now on.
  void aim(std::string_view name, std::uint16_t target_port);
  LinkTraffic traffic(std::string_view name) const;

  // From now on the link behaves so, for open connections too: what waits for the line waits anew, what is on
  // its way arrives as it would have.
  void change(std::string_view name, const LinkSettings&, LinkDirection = LinkDirection::both);
  // Closes every connection, and has new ones refused (ECONNREFUSED) until mend(). Says how many it closed.
  std::size_t cut(std::string_view name);
  void mend(std::string_view name);
  // Resets (RST) every connection, at both ends. Says how many.
  std::size_t reset(std::string_view name);
  // Whether anything passes, up and down. While it does not, connections stay open at both ends, an end on
  // one side is not told to the other, new ones are taken and get no further; what waited passes afterwards.
  void let_pass(std::string_view name, bool up, bool down);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
