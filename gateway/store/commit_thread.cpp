#include "gateway/store/commit_thread.h"

#include <pthread.h>

#include <chrono>

namespace gnc::gateway {
namespace {

std::size_t bytes_of(const Transaction& transaction) {
  std::size_t bytes = 0;
  for (const auto& batch : transaction.batches) bytes += batch.bytes.size();
  for (const auto& receipts : transaction.receipts) bytes += receipts.bytes.size();
  return bytes;
}

}  // namespace

CommitThread::CommitThread(GatewayStore& store, Handlers handlers)
    : store_(store), handlers_(std::move(handlers)), thread_([this] { run(); }) {}

CommitThread::~CommitThread() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void CommitThread::push(Effects step) {
  const auto bytes = bytes_of(step.persist);
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return failed_ || waiting_.empty() || waiting_bytes_ + bytes <= waiting_limit; });
    if (failed_) return;
    waiting_.push_back(std::move(step));
    waiting_bytes_ += bytes;
  }
  work_.notify_one();
}

bool CommitThread::idle() const {
  const std::lock_guard guard(mutex_);
  return failed_ || (waiting_.empty() && !busy_);
}

CommitThread::Figures CommitThread::figures() const {
  return {commits_.load(std::memory_order_relaxed), steps_.load(std::memory_order_relaxed),
          nanoseconds_.load(std::memory_order_relaxed)};
}

void CommitThread::run() {
  pthread_setname_np(pthread_self(), "gnc-store");
  std::vector<Effects> group;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      group.swap(waiting_);
      waiting_bytes_ = 0;
      busy_ = true;
    }
    room_.notify_one();
    const auto begun = std::chrono::steady_clock::now();
    if (const auto done = store_.commit(group); !done) {
      {
        const std::lock_guard guard(mutex_);
        failed_ = true;
        busy_ = false;
        waiting_.clear();
      }
      room_.notify_all();
      handlers_.failed(done.error());
      return;
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    commits_.fetch_add(1, std::memory_order_relaxed);
    steps_.fetch_add(group.size(), std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()),
                           std::memory_order_relaxed);
    handlers_.committed(group);
    group.clear();
  }
}

}  // namespace gnc::gateway
