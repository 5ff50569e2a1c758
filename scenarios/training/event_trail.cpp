#include "scenarios/training/event_trail.h"

#include <algorithm>

namespace gnc::scenarios {

void EventTrail::add(std::string row) {
  rows_.push_back(std::move(row));
  if (rows_.size() <= most_) return;
  rows_.pop_front();
  ++first_;
}

std::string EventTrail::next(Follower& follower, std::size_t most_bytes) const {
  follower.at = std::max(follower.at, first_);
  std::string rows;
  while (follower.at < first_ + rows_.size() && rows.size() < most_bytes) {
    if (!rows.empty()) rows += ',';
    rows += rows_[follower.at - first_];
    ++follower.at;
    ++follower.taken;
  }
  follower.dropped = follower.at + skipped_ - follower.taken;
  return rows;
}

}  // namespace gnc::scenarios
