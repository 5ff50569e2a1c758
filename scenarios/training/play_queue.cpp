#include "scenarios/training/play_queue.h"

#include <pthread.h>

#include <boost/asio/post.hpp>

namespace gnc::scenarios {

PlayQueue::PlayQueue(boost::asio::io_context& home) : home_(home), thread_([this] { run(); }) {}

PlayQueue::~PlayQueue() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool PlayQueue::add(std::string what, Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() > most_waiting) return false;
    jobs_.push_back({std::move(what), std::move(work)});
  }
  changed_.notify_one();
  return true;
}

std::vector<PlayQueue::Entry> PlayQueue::entries() const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (const Job& job : jobs_) entries.push_back({job.what, entries.empty()});
  return entries;
}

void PlayQueue::run() {
  ::pthread_setname_np(::pthread_self(), "gnc-plays");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !jobs_.empty(); });
    if (ends_) return;
    const Work work = std::move(jobs_.front().work);
    lock.unlock();
    Finish finish = work();
    lock.lock();
    jobs_.pop_front();
    boost::asio::post(home_, std::move(finish));
  }
}

}  // namespace gnc::scenarios
