#include "scenarios/training/live_feed.h"

#include <utility>

namespace gnc::scenarios {

void LiveFeed::began(const std::string& started_at) {
  const std::lock_guard lock(mutex_);
  started_at_ = started_at;
}

void LiveFeed::happened(const v1::Event& event) {
  const std::lock_guard lock(mutex_);
  if (events_.size() < most_at_once) {
    events_.push_back(event);
  } else {
    ++skipped_;
  }
}

void LiveFeed::stands(const LiveStanding& standing) {
  Standing kept{standing.figures, standing.faults, standing.counts_from, standing.now, standing.paused};
  const std::lock_guard lock(mutex_);
  standing_ = std::move(kept);
}

LiveWishes LiveFeed::wishes() {
  const std::lock_guard lock(mutex_);
  return std::exchange(wishes_, {});
}

void LiveFeed::wish(LiveWishes wishes) {
  const std::lock_guard lock(mutex_);
  if (wishes.paused) wishes_.paused = wishes.paused;
  for (Fault& fault : wishes.faults) wishes_.faults.push_back(std::move(fault));
  wishes_.end = wishes_.end || wishes.end;
}

LiveFeed::News LiveFeed::take() {
  std::vector<v1::Event> fresh;
  fresh.reserve(most_at_once);
  const std::lock_guard lock(mutex_);
  return {std::exchange(started_at_, std::nullopt), std::exchange(events_, std::move(fresh)),
          std::exchange(skipped_, 0), std::exchange(standing_, std::nullopt)};
}

}  // namespace gnc::scenarios
