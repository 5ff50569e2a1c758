#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "scenarios/training/live_show.h"
#include "scenarios/training/repertoire.h"

namespace gnc::scenarios {

// The live runs among the recordings of a repertoire; one at a time is played. The server's thread.
class LiveShows {
 public:
  LiveShows(boost::asio::io_context& home, Repertoire& repertoire, LiveMaking making)
      : home_(home), repertoire_(repertoire), making_(std::move(making)) {}

  // A run that is ready to be played. Gives back its number among the recordings.
  Result<std::size_t> add(std::shared_ptr<const RunPlan>, std::string id);
  // Null where the recording of that number is no live run.
  std::shared_ptr<LiveShow> find(std::size_t number) const;

  // "start", "pause", "resume" or "end".
  Result<void> act(std::size_t number, std::string_view what);
  // Now. `fault` is as read_fault() takes it.
  tl::expected<void, std::vector<Error>> break_something(std::size_t number, std::string_view fault);

 private:
  Result<std::shared_ptr<LiveShow>> playing(std::size_t number) const;

  boost::asio::io_context& home_;
  Repertoire& repertoire_;
  LiveMaking making_;
  std::map<std::size_t, std::shared_ptr<LiveShow>> shows_;
};

}  // namespace gnc::scenarios
