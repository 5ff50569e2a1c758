#include "scenarios/engine/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace gnc::scenarios {

using Clock = std::chrono::steady_clock;

ProgressLine::ProgressLine(bool wanted) : wanted_(wanted), terminal_(::isatty(STDERR_FILENO) != 0) {
  if (!terminal_) next_ = Clock::now() + std::chrono::seconds(2);
}

ProgressLine::~ProgressLine() {
  if (dirty_) fmt::print(stderr, "\r\x1b[K");
}

bool ProgressLine::due() const { return wanted_ && Clock::now() >= next_; }

void ProgressLine::show(const std::string& text) {
  if (!wanted_) return;
  if (terminal_) {
    // Cut to the usual width, since a line that wraps cannot be written over.
    fmt::print(stderr, "\r{}\x1b[K", std::string_view(text).substr(0, 100));
    std::fflush(stderr);
    dirty_ = true;
    next_ = Clock::now() + std::chrono::milliseconds(100);
  } else {
    fmt::print(stderr, "{}\n", text);
    next_ = Clock::now() + std::chrono::seconds(2);
  }
}

void ProgressLine::say(const std::string& text) {
  if (!wanted_) return;
  if (dirty_) fmt::print(stderr, "\r\x1b[K");
  dirty_ = false;
  fmt::print(stderr, "{}\n", text);
}

}  // namespace gnc::scenarios
