#include <algorithm>

#include <fmt/format.h>

#include "model/agreement/block_chart.h"
#include "model/xml/escape.h"

namespace gnc::model {
namespace {

// Pixels. A letter of the captions is about 7 wide.
constexpr int letter = 7;
constexpr int edge = 24;
constexpr int row = 46;
constexpr int line_height = 20;
constexpr std::size_t letters_in_a_line = 110;

std::string escaped(const std::string& text) {
  std::string out;
  append_text(out, text);
  return out;
}

class Drawing {
 public:
  explicit Drawing(const BlockChart& chart) : chart_(chart) {
    int widest = 260;
    for (const ChartGroup& group : chart.groups) {
      for (const ChartMessage& message : group.messages) {
        const auto words = static_cast<int>(message.name.size() + message.document.size() + 3);
        widest = std::max({widest, words * letter + 40, static_cast<int>(message.due.size()) * letter + 40});
      }
    }
    column_ = widest;
  }

  std::string draw() {
    heading();
    lifelines_begin_ = y_ + 34;
    roles();
    for (const ChartGroup& group : chart_.groups) draw(group);
    const int lifelines_end = y_;
    y_ += 30;
    states();
    conversation();
    data();
    const int width = width_of_all();
    std::string lifelines;
    for (std::size_t i = 0; i < chart_.roles.size(); ++i) {
      lifelines += fmt::format(R"(<line class="life" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>)"
                               "\n",
                               x(i), lifelines_begin_, lifelines_end);
    }
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img">
<title>{2}</title>
<style>
text {{ font: 13px system-ui, sans-serif; fill: #1b2733; paint-order: stroke; }}
.over {{ stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }}
.title {{ font-size: 17px; font-weight: 600; }}
.section {{ font-weight: 600; }}
.quiet {{ fill: #52606d; }}
.role {{ fill: #e3ecf5; stroke: #3a6ea5; }}
.life {{ stroke: #9aa5b1; stroke-dasharray: 4 4; }}
.arrow {{ stroke: #1b2733; stroke-width: 1.5; }}
.answer {{ stroke-dasharray: 6 3; }}
.state {{ fill: #f5f7fa; stroke: #3a6ea5; }}
.timer {{ fill: #fdf1e0; stroke: #b7791f; }}
.late {{ fill: #8a5a12; }}
</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#1b2733"/></marker></defs>
<rect width="100%" height="100%" fill="#fff"/>
{3}{4}</svg>
)",
        width, y_ + edge, escaped(chart_.title), lifelines, body_);
  }

 private:
  int x(std::size_t role) const { return edge + 90 + static_cast<int>(role) * column_; }
  int width_of_all() const { return std::max(widest_text_, x(chart_.roles.size() - 1) + 90) + edge; }

  void text(int left, int baseline, const std::string& words, const char* kind,
            const char* anchor = "start") {
    body_ += fmt::format(R"(<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>)"
                         "\n",
                         kind, left, baseline, anchor, escaped(words));
    if (std::string_view(anchor) == "start") {
      widest_text_ = std::max(widest_text_, left + static_cast<int>(words.size()) * letter);
    }
  }

  void heading() {
    y_ = edge + 14;
    text(edge, y_, chart_.title, "title");
    for (const auto& [what, words] : chart_.particulars) {
      for (const std::string& line : wrapped(fmt::format("{}: {}", what, words), letters_in_a_line)) {
        y_ += line_height;
        text(edge, y_, line, "quiet");
      }
    }
    y_ += 18;
  }

  void roles() {
    for (std::size_t i = 0; i < chart_.roles.size(); ++i) {
      body_ += fmt::format(R"(<rect class="role" x="{}" y="{}" width="150" height="34" rx="4"/>)"
                           "\n",
                           x(i) - 75, y_);
      text(x(i), y_ + 22, chart_.roles[i], "section", "middle");
    }
    y_ += 34 + 22;
  }

  void draw(const ChartGroup& group) {
    if (!group.heading.empty()) {
      text(x(0) + 10, y_ + 4, group.messages.front().name + " " + group.heading, "quiet over");
      y_ += line_height;
    }
    for (const ChartMessage& message : group.messages) draw(message);
    y_ += 10;
  }

  void draw(const ChartMessage& message) {
    const int middle = (x(message.from) + x(message.to)) / 2;
    text(middle, y_ + 11, fmt::format("{} ({})", message.name, message.document), "over", "middle");
    body_ += fmt::format(
        R"x(<line class="arrow{}" x1="{}" y1="{}" x2="{}" y2="{}" marker-end="url(#head)"/>)x"
        "\n",
        message.answers.empty() ? "" : " answer", x(message.from), y_ + 20, x(message.to), y_ + 20);
    if (!message.due.empty()) {
      text(middle, y_ + 37, message.due, "quiet over", "middle");
      y_ += 14;
    }
    y_ += row - 12;
  }

  // A box as wide as its words; gives where it ends.
  int box(int left, const std::string& words, const char* kind) {
    const int width = static_cast<int>(words.size()) * letter + 28;
    body_ += fmt::format(R"(<rect class="{}" x="{}" y="{}" width="{}" height="24" rx="12"/>)"
                         "\n",
                         kind, left, y_, width);
    text(left + width / 2, y_ + 16, words, "", "middle");
    widest_text_ = std::max(widest_text_, left + width);
    return left + width;
  }

  void states() {
    text(edge, y_, "How an exchange goes", "section");
    y_ += 14;
    std::size_t longest = 0;
    for (const ChartStates& states : chart_.states) longest = std::max(longest, states.message.size());
    for (const ChartStates& states : chart_.states) {
      text(edge, y_ + 16, states.message, "");
      int right = edge + static_cast<int>(longest) * letter + 10;
      for (std::size_t i = 0; i < states.path.size(); ++i) {
        if (i > 0) {
          body_ +=
              fmt::format(R"x(<line class="arrow" x1="{}" y1="{}" x2="{}" y2="{}" marker-end="url(#head)"/>)x"
                          "\n",
                          right, y_ + 12, right + 26, y_ + 12);
          right += 28;
        }
        right = box(right, states.path[i], "state");
      }
      if (!states.timer.empty()) box(right + 14, "or " + states.timer, "timer");
      y_ += 32;
    }
    text(edge, y_ + 12, fmt::format("Each may instead end as {}.", other_ends()), "quiet");
    y_ += 36;
  }

  // A row for each way from one state to another.
  void conversation() {
    if (chart_.places.empty()) return;
    y_ += 10;
    text(edge, y_, "How a conversation goes", "section");
    y_ += 14;
    std::size_t longest_state = 0;
    std::size_t longest_way = 7;
    for (const ChartPlace& place : chart_.places) {
      longest_state = std::max(longest_state, place.state.size());
      for (const auto& way : place.ways) longest_way = std::max(longest_way, way.what.size());
    }
    const int from = edge + static_cast<int>(longest_state) * letter + 32;
    const int to = from + static_cast<int>(longest_way) * letter + 30;
    for (const ChartPlace& place : chart_.places) {
      const int right = box(edge, place.state, "state");
      if (place.ways.empty()) {
        text(right + 10, y_ + 16, "the end", "quiet");
        y_ += 34;
      }
      int bend = y_ + 24;  // from the box, or the way above
      for (const auto& way : place.ways) {
        const bool first = &way == &place.ways.front();
        body_ += fmt::format(
            R"x(<polyline class="arrow" fill="none" points="{},{} {},{} {},{}" marker-end="url(#head)"/>)x"
            "\n",
            first ? right : edge + 20, first ? y_ + 12 : bend, first ? right : edge + 20, y_ + 12, to - 2,
            y_ + 12);
        text(from, y_ + 6, way.what, way.by_time ? "late" : "");
        box(to, way.becomes, way.by_time ? "timer" : "state");
        if (!first) bend = y_ + 12;
        y_ += 34;
      }
    }
    y_ += 22;
  }

  void data() {
    y_ += 10;
    text(edge, y_, "What may be in it", "section");
    for (const ChartData& data : chart_.data) {
      y_ += line_height;
      text(edge, y_, data.use, "");
      for (const std::string& path : data.paths) {
        y_ += line_height;
        text(edge + 20, y_, path, "quiet");
      }
    }
    if (chart_.data.empty()) {
      y_ += line_height;
      text(edge, y_, "everything that the data model has", "");
    }
  }

  const BlockChart& chart_;
  int column_ = 0;
  int y_ = 0;
  int lifelines_begin_ = 0;
  int widest_text_ = 0;
  std::string body_;
};

}  // namespace

std::string chart_svg(const BlockChart& chart) { return Drawing(chart).draw(); }

}  // namespace gnc::model
