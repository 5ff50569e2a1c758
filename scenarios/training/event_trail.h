#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace gnc::scenarios {

// The latest events of a live run as JSON, of which each browser takes what it has not had, at its own pace.
// Whoever is too far behind misses the oldest, and is told how many.
class EventTrail {
 public:
  explicit EventTrail(std::size_t most) : most_(most) {}

  void add(std::string row);
  // So many more happened that were not kept.
  void skip(std::uint64_t count) { skipped_ += count; }

  // How far one browser has come.
  struct Follower {
    std::uint64_t at = 0, taken = 0;
    std::uint64_t dropped = 0;  // of all that happened until there
  };
  bool has_more(const Follower& follower) const { return follower.at < first_ + rows_.size(); }
  // The next rows, separated by commas; of about `most_bytes` at most.
  std::string next(Follower& follower, std::size_t most_bytes) const;

 private:
  const std::size_t most_;
  std::deque<std::string> rows_;
  std::uint64_t first_ = 0;  // the number of the first that is kept
  std::uint64_t skipped_ = 0;
};

}  // namespace gnc::scenarios
