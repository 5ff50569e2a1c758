#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace gnc::scenarios {

// How fast a count rises, over the last seconds.
class RateMeter {
 public:
  using Clock = std::chrono::steady_clock;

  // The count as it stands; it never falls.
  void note(Clock::time_point at, std::uint64_t count) {
    noted_.push_back({at, count});
    while (noted_.size() > 2 && at - noted_[1].at >= window) noted_.pop_front();
  }

  double each_second() const {
    if (noted_.size() < 2) return 0;
    const std::chrono::duration<double> length = noted_.back().at - noted_.front().at;
    if (length.count() <= 0) return 0;
    return static_cast<double>(noted_.back().count - noted_.front().count) / length.count();
  }

 private:
  static constexpr std::chrono::seconds window{5};
  struct Noted {
    Clock::time_point at;
    std::uint64_t count;
  };
  std::deque<Noted> noted_;
};

}  // namespace gnc::scenarios
