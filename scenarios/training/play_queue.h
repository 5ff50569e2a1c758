#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace gnc::scenarios {

// Plays runs for the page's server, one after the other, on a thread of its own ("gnc-plays"), so that the
// server goes on answering meanwhile.
class PlayQueue {
 public:
  // What is left to be done with what was played, on the server's thread.
  using Finish = std::function<void()>;
  using Work = std::function<Finish()>;

  static constexpr std::size_t most_waiting = 8;

  // `home` is run by the server's thread, and must outlive this.
  explicit PlayQueue(boost::asio::io_context& home);
  // Waits for the one that is being played; those that wait are forgotten.
  ~PlayQueue();
  PlayQueue(const PlayQueue&) = delete;
  PlayQueue& operator=(const PlayQueue&) = delete;

  // False where too many wait.
  bool add(std::string what, Work work);

  struct Entry {
    std::string what;
    bool playing = false;
  };
  // The one that is played first.
  std::vector<Entry> entries() const;

 private:
  struct Job {
    std::string what;
    Work work;
  };
  void run();

  boost::asio::io_context& home_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  // the first is being played
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace gnc::scenarios
