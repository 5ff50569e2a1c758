#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <vector>

#include "proto/types/instant.h"

namespace gnc::gateway {

// What is to be looked at, at a time.
struct Timer {
  enum class Kind : std::uint8_t {
    exchange,  // subject: a Slot; expiry, or an answer overdue
    retry,     // subject: a PartyIndex; it may be delivered to again
    silence,   // subject: a PartyIndex; its session should have given a receipt by now
  };
  Instant at;
  std::uint32_t subject = 0;
  std::uint32_t generation = 0;  // of the exchange
  Kind kind{};

  auto operator<=>(const Timer&) const = default;
};

// Timers by time. One that has become void is not taken out at once: it is dropped when its time comes, or
// when void ones outnumber the others.
class Timers {
 public:
  bool empty() const { return heap_.empty(); }
  const Timer& first() const { return heap_.front(); }

  void push(const Timer& timer);
  void pop();

  // Moves those that `which` holds for.
  template <class Which>
  void shift(Duration by, Which&& which) {
    for (Timer& timer : heap_) {
      if (which(timer)) timer.at = timer.at + by;
    }
    rebuild();
  }

  // Drops the void ones where more than half of them must be: at most `most_valid` are not.
  template <class IsValid>
  void compact(std::size_t most_valid, IsValid&& is_valid) {
    if (heap_.size() <= 2 * most_valid + 4096) return;
    std::erase_if(heap_, [&](const Timer& timer) { return !is_valid(timer); });
    rebuild();
  }

 private:
  void rebuild();

  std::vector<Timer> heap_;
};

}  // namespace gnc::gateway
