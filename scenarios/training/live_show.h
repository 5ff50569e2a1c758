#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "scenarios/engine/run_plan.h"
#include "scenarios/training/event_trail.h"
#include "scenarios/training/live_feed.h"
#include "scenarios/training/recording.h"

namespace gnc::scenarios {

// How live runs are made.
struct LiveMaking {
  std::filesystem::path program;  // the gncsim binary
  std::string version;
  std::filesystem::path folder;  // of the next run; empty: as gncsim run names it
};

// A live run of which the page sees what happens while it happens. The run is played on a thread of its own
// ("gnc-live"); all else is of the server's.
class LiveShow : public std::enable_shared_from_this<LiveShow> {
 public:
  enum class Phase { ready, running, over, failed };
  struct State {
    Phase phase = Phase::ready;
    std::string folder;          // where the run is recorded
    std::optional<Error> error;  // of one that failed
  };
  static constexpr std::size_t most_events_kept = 20'000;
  static constexpr std::size_t most_bytes_in_frame = 512u << 10;

  LiveShow(boost::asio::io_context& home, std::shared_ptr<const RunPlan> plan, LiveMaking making);
  // Ends the run where it is still played, and waits for its end.
  ~LiveShow();

  // What is known of the run before it is over.
  Recording preview(std::string id) const;
  const State& state() const { return state_; }
  // `over` is given the whole run, as it was recorded.
  void start(std::function<void(Recording)> over);
  // Of the run while it is played.
  void wish(LiveWishes wishes) { feed_.wish(std::move(wishes)); }

  // What a browser has not had; empty where it has all. After the last frame there is nothing any more.
  struct Follower {
    EventTrail::Follower trail;
    std::uint64_t seen = 0, frames = 0;
    bool had_last = false;
  };
  std::string next_frame(Follower&);

 private:
  void play();
  void ended(Result<Recording> recorded);
  void look_again();
  void take_news();
  std::string row(const v1::Event&) const;

  boost::asio::io_context& home_;
  const std::shared_ptr<const RunPlan> plan_;
  LiveMaking making_;
  LiveFeed feed_;
  EventTrail trail_{most_events_kept};
  State state_;
  Recording shown_;  // what rows are made with
  std::optional<LiveFeed::Standing> standing_;
  std::uint64_t changes_ = 1;
  boost::asio::steady_timer timer_;
  std::function<void(Recording)> over_;
  std::thread thread_;
};

// "ready", "running", "over", "failed".
const char* phase_name(LiveShow::Phase);

}  // namespace gnc::scenarios
