#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "proto/types/random.h"
#include "scenarios/engine/link_proxy.h"

// The timing of a link, apart from its sockets.
namespace gnc::scenarios {

// One direction of a link, shared by its connections: when what arrives at one end leaves at the other.
class LinkWay {
 public:
  using Clock = std::chrono::steady_clock;

  // When a piece has left the sender's end of the line, and when it is at the other.
  struct Times {
    Clock::time_point on_the_wire;
    Clock::time_point arrived;
  };

  LinkWay(const LinkSettings&, Random);

  Times pass(std::size_t bytes, Clock::time_point now);
  // Also forgets what waits for the line: it is to pass again, in its order.
  void change(const LinkSettings&, Clock::time_point now);

  // The most that is to be read at once: about half a millisecond of line time, so that a slow line is a slow
  // trickle.
  std::size_t piece() const { return piece_; }
  // Room for what is on its way and waits for the line. A sender that fills it waits, as it would for a full
  // TCP window.
  std::size_t room() const { return room_; }

  std::atomic<std::uint64_t> bytes{0};  // that have come
  bool open = true;                     // the proxies' thread alone

 private:
  void measure();

  LinkSettings settings_;
  Random random_;
  std::size_t piece_ = 0;
  std::size_t room_ = 0;
  Clock::time_point line_free_at_{};
};

}  // namespace gnc::scenarios
