#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "model/agreement/block_chart.h"

namespace gnc::model {
namespace {

constexpr std::size_t margin = 6;

std::string said_of(const ChartMessage& message) {
  return message.answers.empty()
             ? fmt::format("{} ({})", message.name, message.document)
             : fmt::format("{} ({}), answers {}", message.name, message.document, message.answers);
}

// Lines of cells, each one character wide.
class Grid {
 public:
  explicit Grid(const BlockChart& chart) : roles_(chart.roles.size()) {
    std::size_t widest = 24;
    for (const ChartGroup& group : chart.groups) {
      for (const ChartMessage& message : group.messages) {
        const std::size_t spans =
            message.from < message.to ? message.to - message.from : message.from - message.to;
        for (const std::size_t length : {said_of(message).size(), message.due.size()}) {
          widest = std::max(widest, (length + 6) / std::max<std::size_t>(spans, 1) + 1);
        }
      }
    }
    for (std::size_t i = 0; i + 1 < chart.roles.size(); ++i) {
      widest = std::max(widest, (chart.roles[i].size() + chart.roles[i + 1].size()) / 2 + 3);
    }
    width_ = widest;
  }

  std::size_t at(std::size_t role) const { return margin + role * width_; }

  void heads(const std::vector<std::string>& roles) {
    std::string line;
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const std::size_t begin = at(i) - std::min(at(i), roles[i].size() / 2);
      line.resize(std::max(line.size(), begin), ' ');
      line += roles[i];
    }
    out_ += line + "\n";
  }

  void line(const std::string& words = {}, std::size_t begin = 0) {
    std::vector<std::string> cells = lifelines();
    write(cells, begin, words);
    put(cells);
  }

  void arrow(const ChartMessage& message) {
    const std::size_t left = at(std::min(message.from, message.to));
    const std::size_t right = at(std::max(message.from, message.to));
    line(said_of(message), left + 2);
    std::vector<std::string> cells = lifelines();
    for (std::size_t i = left + 1; i < right; ++i) cells[i] = cells[i] == " " ? "─" : "┼";
    const bool rightwards = message.from < message.to;
    cells[rightwards ? left : right] = rightwards ? "├" : "┤";
    cells[rightwards ? right - 1 : left + 1] = rightwards ? ">" : "<";
    put(cells);
    if (!message.due.empty()) line(message.due, left + 2);
  }

  std::string take() { return std::move(out_); }

 private:
  std::vector<std::string> lifelines() const {
    std::vector<std::string> cells(at(roles_ - 1) + 1, " ");
    for (std::size_t i = 0; i < roles_; ++i) cells[at(i)] = "│";
    return cells;
  }
  static void write(std::vector<std::string>& cells, std::size_t begin, const std::string& words) {
    if (cells.size() < begin + words.size()) cells.resize(begin + words.size(), " ");
    for (std::size_t i = 0; i < words.size(); ++i) cells[begin + i] = words.substr(i, 1);
  }
  void put(const std::vector<std::string>& cells) { out_ += fmt::format("{}\n", fmt::join(cells, "")); }

  std::size_t roles_;
  std::size_t width_ = 0;
  std::string out_;
};

std::string pictured(const BlockChart& chart) {
  Grid grid(chart);
  grid.heads(chart.roles);
  grid.line();
  for (const ChartGroup& group : chart.groups) {
    if (!group.heading.empty()) {
      grid.line(group.messages.front().name + " " + group.heading + ":", margin + 2);
    }
    for (const ChartMessage& message : group.messages) grid.arrow(message);
    grid.line();
  }
  return grid.take();
}

std::string conversation(const BlockChart& chart) {
  if (chart.places.empty()) return {};
  std::string out = "\nHow a conversation goes\n";
  std::size_t widest = 0;
  std::size_t widest_way = 0;
  for (const ChartPlace& place : chart.places) {
    widest = std::max(widest, place.state.size());
    for (const auto& way : place.ways) widest_way = std::max(widest_way, way.what.size());
  }
  for (const ChartPlace& place : chart.places) {
    std::string_view state = place.state;
    if (place.ways.empty()) out += fmt::format("  {:<{}}  the end\n", state, widest);
    for (const auto& way : place.ways) {
      out += fmt::format("  {:<{}}  {:<{}} → {}\n", state, widest, way.what, widest_way, way.becomes);
      state = {};
    }
  }
  return out;
}

}  // namespace

std::string chart_text(const BlockChart& chart) {
  std::string out = chart.title + "\n";
  for (const auto& [what, words] : chart.particulars) {
    std::string_view label = what;
    for (const std::string& line : wrapped(words, 96)) {
      out += fmt::format("  {:<13}{}\n", label, line);
      label = {};
    }
  }
  out += "\n" + pictured(chart);
  out += "\nHow an exchange goes\n";
  std::size_t widest = 0;
  for (const ChartStates& states : chart.states) widest = std::max(widest, states.message.size());
  for (const ChartStates& states : chart.states) {
    out += fmt::format("  {:<{}}  {}", states.message, widest, fmt::join(states.path, " → "));
    if (!states.timer.empty()) out += ", or " + states.timer;
    out += "\n";
  }
  out += fmt::format("  Each may instead end as {}.\n", other_ends());
  out += conversation(chart);
  out += "\nWhat may be in it\n";
  for (const ChartData& data : chart.data) {
    out += fmt::format("  {}\n", data.use);
    for (const std::string& path : data.paths) out += fmt::format("    {}\n", path);
  }
  if (chart.data.empty()) out += "  everything that the data model has\n";
  return out;
}

}  // namespace gnc::model
