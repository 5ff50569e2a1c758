#include "scenarios/engine/live_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "proto/types/error.h"
#include "scenarios/engine/number_text.h"

namespace gnc::scenarios {
namespace {

using Clock = std::chrono::steady_clock;
using State = LiveFigures::Standing::State;

constexpr std::chrono::milliseconds redrawn_every{200};
constexpr std::chrono::seconds line_every{3};
// Text from outside may be megabytes long; no line shows more than this of it.
constexpr std::size_t most_bytes_looked_at = 1000;

enum class Ink { plain, soft, accent, bad };

std::string_view start_of(Ink ink) {
  switch (ink) {
    case Ink::soft:
      return "\x1b[2m";
    case Ink::accent:
      return "\x1b[36m";
    case Ink::bad:
      return "\x1b[31m";
    case Ink::plain:
      break;
  }
  return {};
}

// Wide characters (CJK, emoji) take two columns.
std::size_t columns_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first < 0xe1) return 1;
  if (first >= 0xf0) return 2;
  const unsigned code = (first & 0x0fu) << 12 | (static_cast<unsigned char>(character[1]) & 0x3fu) << 6;
  const bool wide = (code >= 0x1100 && code < 0x1180) || (code >= 0x2e80 && code < 0xa4d0) ||
                    (code >= 0xac00 && code < 0xd7c0) || (code >= 0xf900 && code < 0xfb00) ||
                    (code >= 0xff00 && code < 0xff80);
  return wide ? 2 : 1;
}

// One line that is put together from pieces and never grows past its width.
class Line {
 public:
  Line(std::size_t columns, bool colour) : columns_(columns), colour_(colour) {}

  // Ours, or already printable.
  Line& add(std::string_view text, Ink ink = Ink::plain) {
    if (colour_) text_ += start_of(ink);
    for (std::size_t i = 0; i < text.size();) {
      std::size_t next = i + 1;
      while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80) ++next;
      const std::string_view character = text.substr(i, next - i);
      const std::size_t width = columns_of(character);
      if (used_ + width > columns_) {
        used_ = columns_;
        break;
      }
      text_ += character;
      used_ += width;
      i = next;
    }
    if (colour_ && ink != Ink::plain) text_ += "\x1b[0m";
    return *this;
  }
  Line& outside(std::string_view text, Ink ink = Ink::plain) {
    return add(printable(text.substr(0, most_bytes_looked_at)), ink);
  }
  Line& pad_to(std::size_t column) { return used_ < column ? add(std::string(column - used_, ' ')) : *this; }
  std::size_t left() const { return columns_ - used_; }
  std::string take() { return std::move(text_); }

 private:
  std::size_t columns_;
  std::size_t used_ = 0;
  bool colour_;
  std::string text_;
};

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::max(0.0, std::round(seconds)));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string value_text(std::optional<double> value) { return value ? number_text(*value) : "nothing yet"; }

std::string time_words(const LiveFigures& figures) {
  std::string text = clock_text(figures.elapsed_s);
  if (figures.remaining_s) text += fmt::format(", {} left", clock_text(*figures.remaining_s));
  return text;
}

std::string bar_line(const LiveFigures& figures, const LiveLook& look) {
  Line line(look.columns, look.colour);
  const std::string words = time_words(figures);
  if (!figures.done) return line.add(words).take();
  const double share = std::clamp(*figures.done, 0.0, 1.0);
  const std::string right = fmt::format("{:>4.0f} %  {}", share * 100, words);
  const std::size_t wide =
      std::min<std::size_t>(48, look.columns > right.size() + 4 ? look.columns - right.size() - 1 : 0);
  const auto filled = static_cast<std::size_t>(std::lround(share * static_cast<double>(wide)));
  std::string done;
  std::string open;
  for (std::size_t i = 0; i < wide; ++i) (i < filled ? done : open) += i < filled ? "━" : "─";
  return line.add(done, Ink::accent).add(open, Ink::soft).add(right).take();
}

void add_stage(Line& line, std::string_view stage, const LatencySummary& latency) {
  if (latency.count == 0) return;
  line.add(fmt::format("{} ", stage), Ink::soft)
      .add(fmt::format("p50 {}, p99 {}   ", milliseconds_text(latency.p50), milliseconds_text(latency.p99)));
}

struct Tally {
  std::uint64_t held = 0, not_yet = 0, failing = 0;
};

Tally tally(const LiveFigures& figures) {
  Tally counted;
  for (const auto& standing : figures.expectations) {
    ++(standing.state == State::held      ? counted.held
       : standing.state == State::failing ? counted.failing
                                          : counted.not_yet);
  }
  return counted;
}

constexpr std::size_t label_columns = 11;

}  // namespace

std::vector<std::string> live_lines(const LiveFigures& figures, const LiveLook& look) {
  std::vector<std::string> lines;
  const auto begin = [&](std::string_view label) {
    Line line(look.columns, look.colour);
    line.add(label, Ink::soft).pad_to(label_columns);
    return line;
  };
  lines.push_back(Line(look.columns, look.colour).outside(figures.scenario).take());
  lines.push_back(bar_line(figures, look));
  if (!figures.doing.empty()) lines.push_back(begin("now").outside(figures.doing).take());
  Line rate = begin("rate");
  if (figures.rate_asked > 0) rate.add(fmt::format("{} asked, ", rate_text(figures.rate_asked)));
  lines.push_back(rate.add(fmt::format("{} got", rate_text(figures.rate_got))).take());
  Line exchanges = begin("exchanges");
  exchanges.add(fmt::format("{} sent, {} admitted, {} delivered, {} at their end", count_text(figures.sent),
                            count_text(figures.admitted), count_text(figures.delivered),
                            count_text(figures.ended)));
  if (figures.refused > 0) exchanges.add(fmt::format(", {} refused", count_text(figures.refused)), Ink::bad);
  lines.push_back(exchanges.take());
  if (figures.latency.admitted.count + figures.latency.delivered.count > 0) {
    // On a narrow terminal a line for each stage.
    const std::pair<std::string_view, const LatencySummary*> stages[] = {
        {"admitted", &figures.latency.admitted},
        {"delivered", &figures.latency.delivered},
        {"processed", &figures.latency.processed}};
    const bool one_line = look.columns >= 120;
    Line line = begin("latency");
    for (const auto& [stage, latency] : stages) {
      if (latency->count == 0) continue;
      add_stage(line, one_line ? std::string(stage) : fmt::format("{:<9}", stage), *latency);
      if (one_line) continue;
      lines.push_back(line.take());
      line = begin("");
    }
    if (one_line) lines.push_back(line.take());
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(figures.faults.size(), 4); ++i) {
    lines.push_back(begin(i == 0 ? "faults" : "").outside(figures.faults[i], Ink::bad).take());
  }
  if (!figures.expectations.empty()) {
    const Tally counted = tally(figures);
    Line line = begin("expected");
    line.add(fmt::format("{} held, {} not yet, ", counted.held, counted.not_yet))
        .add(fmt::format("{} failing", counted.failing), counted.failing > 0 ? Ink::bad : Ink::plain);
    lines.push_back(line.take());
    std::size_t shown = 0;
    for (const auto& standing : figures.expectations) {
      if (standing.state != State::failing || ++shown > 3) continue;
      lines.push_back(begin("")
                          .outside(standing.expect, Ink::bad)
                          .add(fmt::format("  (it is {})", value_text(standing.value)))
                          .take());
    }
  }
  for (std::size_t i = 0; i < figures.troubles.size(); ++i) {
    lines.push_back(begin(i == 0 ? "trouble" : "").outside(figures.troubles[i], Ink::bad).take());
  }
  if (figures.troubles_in_all > figures.troubles.size()) {
    lines.push_back(
        begin("").add(fmt::format("{} in all", count_text(figures.troubles_in_all)), Ink::soft).take());
  }
  // A view as high as the terminal could not be gone back over.
  if (lines.size() + 1 > look.rows) lines.resize(look.rows > 1 ? look.rows - 1 : 1);
  return lines;
}

std::string live_line(const LiveFigures& figures) {
  std::string text = clock_text(figures.elapsed_s);
  if (figures.done) text += fmt::format(" ({:.0f} %)", std::clamp(*figures.done, 0.0, 1.0) * 100);
  if (figures.rate_asked > 0) text += fmt::format(" {} asked,", rate_text(figures.rate_asked));
  text += fmt::format(" {} got; {} sent, {} delivered, {} at their end", rate_text(figures.rate_got),
                      figures.sent, figures.delivered, figures.ended);
  if (figures.refused > 0) text += fmt::format(", {} refused", figures.refused);
  if (figures.latency.delivered.count > 0) {
    text += fmt::format("; delivered p50 {}, p99 {}", milliseconds_text(figures.latency.delivered.p50),
                        milliseconds_text(figures.latency.delivered.p99));
  }
  for (const std::string& fault : figures.faults) {
    text += fmt::format("; {}", printable(std::string_view(fault).substr(0, 120)));
  }
  if (const Tally counted = tally(figures); counted.failing > 0) {
    text += fmt::format("; {} expectations failing", counted.failing);
  }
  return text;
}

LiveView::LiveView(bool wanted) : wanted_(wanted) {
  const char* kind = std::getenv("TERM");
  terminal_ = ::isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
  const char* no_colour = std::getenv("NO_COLOR");
  colour_ = no_colour == nullptr || *no_colour == '\0';
  if (!terminal_) next_ = Clock::now() + line_every;
}

LiveView::~LiveView() { fmt::print(stderr, "{}", erased()); }

bool LiveView::due() const { return wanted_ && Clock::now() >= next_; }

// What takes the view off the terminal and leaves the cursor where it began.
std::string LiveView::erased() {
  if (lines_shown_ == 0) return {};
  return fmt::format("\r\x1b[{}A\x1b[J", std::exchange(lines_shown_, 0));
}

void LiveView::show(const LiveFigures& figures) {
  if (!wanted_) return;
  if (!terminal_) {
    fmt::print(stderr, "{}\n", live_line(figures));
    next_ = Clock::now() + line_every;
    return;
  }
  LiveLook look{80, 24, colour_};
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    look.columns = size.ws_col;
    look.rows = size.ws_row;
  }
  const auto lines = live_lines(figures, look);
  // In one piece, so that no half of it is seen.
  std::string frame = erased();
  for (const std::string& line : lines) frame += line + "\x1b[K\n";
  std::fwrite(frame.data(), 1, frame.size(), stderr);
  std::fflush(stderr);
  lines_shown_ = lines.size();
  next_ = Clock::now() + redrawn_every;
}

void LiveView::say(const std::string& text) {
  if (wanted_) fmt::print(stderr, "{}{}\n", erased(), printable(text));
}

}  // namespace gnc::scenarios
