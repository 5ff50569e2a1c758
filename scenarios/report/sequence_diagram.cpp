#include "scenarios/report/sequence_diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/svg.h"

namespace gnc::scenarios {
namespace {

constexpr double width = 960;
constexpr double row_height = 23;
constexpr double head = 46;
constexpr double left = 330, middle = 480, right = 630;

using Moment = SequenceRow::Moment;

// What arrives by which departure, at the other party: the one that was last before it.
constexpr std::pair<std::string_view, std::string_view> crossings[] = {
    {"delivered", "sent"},
    {"duplicate suppressed", "sent"},
    {"delivered receipt", "delivered"},
    {"answer delivered", "answer sent"},
    {"answer delivered receipt", "answer delivered"}};

bool is_wrong(const Moment& moment) {
  for (const char* word : {"refused", "expired", "dead-lettered", "duplicate"}) {
    if (moment.what.find(word) != std::string::npos) return true;
  }
  return false;
}

class Diagram {
 public:
  explicit Diagram(const SequenceRow& sequence)
      : sequence_(sequence),
        height_(head + static_cast<double>(sequence.moments.size()) * row_height + 10),
        svg_(width, height_, "chart wide", "The way of " + sequence.document) {
    for (const Moment& moment : sequence.moments) {
      for (const std::string* party : {&moment.party, &moment.peer}) {
        if (!party->empty() && !side_.contains(*party)) side_.emplace(*party, side_.size());
      }
    }
  }

  std::string draw() {
    const double bottom = height_ - 6;
    for (const auto& [party, side] : side_) {
      if (side > 1) continue;
      svg_.line({x(party), head - 14}, {x(party), bottom}, "lifeline");
      svg_.text({x(party), 20}, fitted(party, 14, 200), "party", "middle");
    }
    if (side_.size() > 1) {
      svg_.line({middle, head - 14}, {middle, bottom}, "lifeline relay");
      svg_.text({middle, 20}, "gateway", "axis", "middle");
    }
    for (std::size_t row = 0; row < sequence_.moments.size(); ++row) draw_crossing(row);
    double shown = -1;
    for (std::size_t row = 0; row < sequence_.moments.size(); ++row) {
      const Moment& moment = sequence_.moments[row];
      if (moment.at_ms != shown) svg_.text({62, y(row) + 4}, milliseconds_text(moment.at_ms), "tick", "end");
      shown = moment.at_ms;
      draw_moment(moment, row);
    }
    return svg_.take();
  }

 private:
  static double y(std::size_t row) { return head + static_cast<double>(row) * row_height + 8; }
  bool on_left(const std::string& party) const { return side_.at(party) == 0; }
  double x(const std::string& party) const { return on_left(party) ? left : right; }

  // The parties stand outside, so that their words leave the middle to what goes across.
  void draw_moment(const Moment& moment, std::size_t row) {
    const bool wrong = is_wrong(moment);
    svg_.circle({x(moment.party), y(row)}, 3.5, wrong ? "moment wrong" : "moment");
    std::string words = moment.what;
    if (!moment.detail.empty()) words += ": " + moment.detail;
    if (side_.at(moment.party) > 1) words = moment.party + ": " + words;
    const bool at_left = on_left(moment.party);
    const std::string fit = fitted(words, chart_font, at_left ? left - 84 : width - right - 20);
    svg_.text({x(moment.party) + (at_left ? -12 : 12), y(row) + 4}, fit, wrong ? "wrong" : "",
              at_left ? "end" : "start");
  }

  void draw_crossing(std::size_t row) {
    const Moment& arrival = sequence_.moments[row];
    const std::string style =
        arrival.what.starts_with("answer") || arrival.what.ends_with("receipt") ? "way back" : "way";
    // A receipt of the gateway's own.
    if (side_.size() > 1 && (arrival.what == "admitted" || arrival.what == "answer admitted")) {
      const double towards = on_left(arrival.party) ? 7 : -7;
      svg_.arrow({middle, y(row)}, {x(arrival.party) + towards, y(row)}, "way back");
      return;
    }
    for (const auto& [what, departure] : crossings) {
      if (arrival.what != what) continue;
      for (std::size_t before = row; before-- > 0;) {
        const Moment& left_at = sequence_.moments[before];
        if (left_at.what != departure || on_left(left_at.party) == on_left(arrival.party)) continue;
        const double towards = on_left(arrival.party) ? 7 : -7;
        svg_.arrow({x(left_at.party), y(before)}, {x(arrival.party) + towards, y(row)}, style);
        return;
      }
    }
  }

  const SequenceRow& sequence_;
  double height_;
  Svg svg_;
  std::map<std::string, std::size_t> side_;  // in the order of their coming
};

}  // namespace

std::string sequence_diagram(const SequenceRow& sequence) {
  return sequence.moments.empty() ? std::string() : Diagram(sequence).draw();
}

}  // namespace gnc::scenarios
