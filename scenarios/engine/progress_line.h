#pragma once

#include <chrono>
#include <string>

namespace gnc::scenarios {

// How a run gets on, on standard error: one line that is written over on a terminal, else a plain line every
// two seconds.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted);
  // Leaves the terminal's line clean.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Whether it is time for another.
  bool due() const;
  void show(const std::string& text);
  // A line that stays.
  void say(const std::string& text);

 private:
  bool wanted_;
  bool terminal_;
  bool dirty_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace gnc::scenarios
