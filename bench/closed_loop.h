#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/processes/live_pair.h"

namespace gnc::bench {

// Keeps a bounded number of exchanges under way: what is done is replaced. An exchange is done when its
// sender has recorded the recipient's delivered receipt.
class ClosedLoop {
 public:
  struct Way {
    std::string from;
    std::string to;
  };
  // Turns are taken by the ways, one command each.
  ClosedLoop(processes::LivePair& pair, std::vector<Way> ways, std::size_t envelope_bytes);

  // Lodges what is missing, and takes the host's next report. Throws where an exchange ends otherwise.
  void turn();
  // Lodges no more and returns once all that was lodged is done.
  void drain();

  std::uint64_t lodged() const { return lodged_; }
  std::uint64_t done() const { return done_; }
  // Of the envelopes whose lodgement was reported.
  std::uint64_t bytes_lodged() const { return bytes_lodged_; }

 private:
  void take_report();
  void take_event(std::string_view event);

  processes::LivePair& pair_;
  std::vector<Way> ways_;
  std::size_t envelope_bytes_;
  std::size_t next_way_ = 0;
  std::uint64_t lodged_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t bytes_lodged_ = 0;
};

}  // namespace gnc::bench
