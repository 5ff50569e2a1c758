#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/engine/live_figures.h"

namespace gnc::scenarios {

struct LiveLook {
  std::size_t columns = 80;
  std::size_t rows = 24;
  bool colour = false;
};

// The view, line by line; none is wider than the columns, and there are fewer than the rows. Text from
// outside is made printable.
std::vector<std::string> live_lines(const LiveFigures&, const LiveLook&);

// The same in one line, for what is no terminal.
std::string live_line(const LiveFigures&);

// Shows how a run gets on, on standard error: lines that are redrawn in place on a terminal, else one plain
// line every few seconds. NO_COLOR is respected.
class LiveView {
 public:
  explicit LiveView(bool wanted);
  // Leaves the terminal without the view.
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  // Whether it is time for another.
  bool due() const;
  void show(const LiveFigures&);
  // A line that stays.
  void say(const std::string& text);

 private:
  std::string erased();

  bool wanted_;
  bool terminal_;
  bool colour_;
  std::size_t lines_shown_ = 0;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace gnc::scenarios
