#include "scenarios/report/timeline_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/svg.h"

namespace gnc::scenarios {
namespace {

constexpr std::uint64_t most_points = 300;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Some seconds together: counts by the second, latencies of the worst.
struct Slot {
  double from = 0;
  double asked = 0, delivered = 0, refused = 0;
  double p50 = nothing, p99 = nothing, max = nothing;
};

std::uint64_t last_second(const RunReport& report) {
  std::uint64_t last = 0;
  for (const TimelineRow& row : report.timeline) last = std::max(last, row.second);
  return last;
}

void raise(double& value, double to) {
  if (to > 0 && !(value >= to)) value = to;
}

std::vector<Slot> slots_of(const RunReport& report) {
  const std::uint64_t wide = seconds_a_point(report);
  std::vector<Slot> slots(last_second(report) / wide + 1);
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i].from = static_cast<double>(i * wide);
  const auto share = 1.0 / static_cast<double>(wide);
  for (const TimelineRow& row : report.timeline) {
    Slot& slot = slots[row.second / wide];
    slot.asked += row.asked * share;
    slot.delivered += static_cast<double>(row.delivered) * share;
    slot.refused += static_cast<double>(row.refused) * share;
    raise(slot.p50, row.delivered_p50_ms);
    raise(slot.p99, row.delivered_p99_ms);
    raise(slot.max, row.delivered_max_ms);
  }
  return slots;
}

std::string second_text(double second) {
  const auto whole = static_cast<std::uint64_t>(std::llround(second));
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

// Steps that a clock has.
double time_step(double length, int most_steps) {
  for (const double step :
       {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0}) {
    if (length / step <= most_steps) return step;
  }
  return 21600;
}

struct Panel {
  double left, right, top, bottom;
  double length;  // seconds
  double x(double second) const { return left + std::clamp(second / length, 0.0, 1.0) * (right - left); }
};

// The middle of each slot, at the height of one of its values.
std::vector<Point> points(const std::vector<Slot>& slots, const Panel& panel, double wide, const Axis& axis,
                          double Slot::*value) {
  std::vector<Point> made;
  for (const Slot& slot : slots) {
    const double height = slot.*value;
    made.push_back({std::isnan(height) ? nothing : panel.x(slot.from + wide / 2),
                    std::isnan(height) ? 0 : axis.at(height)});
  }
  return made;
}

void draw_bands(Svg& svg, const RunReport& report, const Panel& rates, const Panel& latencies) {
  const auto band = [&](double from, double to, std::string_view style, std::string_view hint) {
    for (const Panel* panel : {&rates, &latencies}) {
      svg.rect({panel->x(from), panel->top}, std::max(2.0, panel->x(to) - panel->x(from)),
               panel->bottom - panel->top, style, hint);
    }
  };
  if (report.warm_up_s > 0) band(0, report.warm_up_s, "quiet-band", "warm-up, left out of the measures");
  // Names above the bands, in as many lines as keep them apart.
  std::vector<double> taken_to(2, -1e9);
  if (report.warm_up_s > 0) {
    svg.text({rates.x(0) + 3, rates.top - 8}, "warm-up", "tick");
    taken_to[0] = rates.x(0) + text_width("warm-up", chart_font) + 10;
  }
  std::vector<const FaultRow*> faults;
  for (const FaultRow& fault : report.faults) faults.push_back(&fault);
  std::sort(faults.begin(), faults.end(), [](auto* a, auto* b) { return a->from_s < b->from_s; });
  for (const FaultRow* fault : faults) {
    if (fault->from_s >= rates.length) continue;
    const double from = std::max(0.0, fault->from_s);
    // A fault without an end is a moment: what was killed, revoked or reset.
    if (fault->to_s) band(from, std::min(*fault->to_s, rates.length), "band", fault->fault);
    for (const Panel* panel : {&rates, &latencies}) {
      svg.line({panel->x(from), panel->top}, {panel->x(from), panel->bottom}, "band-edge");
    }
    const std::string words = fitted(fault->name.empty() ? fault->fault : fault->name, chart_font, 190);
    const double wide = text_width(words, chart_font);
    const double at = std::min(rates.x(from) + 3, rates.right - wide);
    for (std::size_t line = 0; line < taken_to.size(); ++line) {
      if (at < taken_to[line]) continue;
      svg.text({at, rates.top - 8 - static_cast<double>(line) * (chart_font + 3)}, words, "tick wrong");
      taken_to[line] = at + wide + 10;
      break;
    }
  }
}

void draw_axis(Svg& svg, const Panel& panel, const Axis& axis, std::string (*words)(double)) {
  for (const double tick : axis.ticks()) {
    svg.line({panel.left, axis.at(tick)}, {panel.right, axis.at(tick)}, tick == 0 ? "base" : "grid");
    svg.text({panel.left - 8, axis.at(tick) + 4}, tick == 0 ? "0" : words(tick), "tick", "end");
  }
}

// Names at the right end, each at its height but apart from the others.
void draw_names(Svg& svg, const Panel& panel,
                std::vector<std::pair<double, std::pair<std::string, std::string>>> names) {
  std::sort(names.begin(), names.end());
  constexpr double apart = chart_font + 3;
  double lowest = panel.bottom + 4 - apart * static_cast<double>(names.size() - 1);
  double next = panel.top;
  for (const auto& [height, name] : names) {
    const double at = std::clamp(height + 4, next, std::max(next, lowest));
    svg.text({panel.right + 8, at}, name.first, "name " + name.second);
    next = at + apart;
    lowest += apart;
  }
}

// Of the last point above the base, where the line is still a line.
double last_height(const std::vector<Point>& points, double otherwise) {
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (!std::isnan(point->x) && point->y < otherwise - 0.5) return point->y;
  }
  return otherwise;
}

}  // namespace

std::uint64_t seconds_a_point(const RunReport& report) { return last_second(report) / most_points + 1; }

std::string timeline_chart(const RunReport& report, double width) {
  if (report.timeline.empty()) return {};
  const std::vector<Slot> slots = slots_of(report);
  const auto wide = static_cast<double>(seconds_a_point(report));
  const bool narrow = width < 600;
  const double left = narrow ? 56 : 68;
  const double right = width - (narrow ? 68 : 92);
  const double top = 62;
  const double high = narrow ? 130 : 150;
  const double length = static_cast<double>(slots.size()) * wide;
  const Panel rates{left, right, top, top + high, length};
  const Panel latencies{left, right, rates.bottom + 50, rates.bottom + 50 + high, length};

  double most_rate = 0;
  double most_latency = 0;
  double least_latency = 1e300;
  for (const Slot& slot : slots) {
    most_rate = std::max({most_rate, slot.asked, slot.delivered, slot.refused});
    if (!std::isnan(slot.max)) most_latency = std::max(most_latency, slot.max);
    if (slot.p50 > 0) least_latency = std::min(least_latency, slot.p50);
  }
  Svg svg(width, latencies.bottom + 44, narrow ? "chart narrow" : "chart wide",
          fmt::format("Rate and latency over {}; {} faults.", second_text(length), report.faults.size()));
  draw_bands(svg, report, rates, latencies);

  const Axis rate_axis = Axis::linear(most_rate, rates.bottom, rates.top);
  draw_axis(svg, rates, rate_axis, [](double value) { return tick_number(value) + "/s"; });
  svg.text({0, rates.top - 38}, "exchanges a second", "axis");
  const auto asked = points(slots, rates, wide, rate_axis, &Slot::asked);
  const auto delivered = points(slots, rates, wide, rate_axis, &Slot::delivered);
  std::vector<std::pair<double, std::pair<std::string, std::string>>> names = {
      {last_height(delivered, rates.bottom), {"delivered", "two"}}};
  if (report.rate_asked > 0) {
    svg.polyline(asked, "series dashed asked");
    names.push_back({last_height(asked, rates.bottom) - 1, {"asked for", "asked"}});
  }
  svg.polyline(delivered, "series two");
  if (std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.refused > 0; })) {
    const auto refused = points(slots, rates, wide, rate_axis, &Slot::refused);
    svg.polyline(refused, "series wrong");
    names.push_back({last_height(refused, rates.bottom), {"refused", "wrong"}});
  }
  draw_names(svg, rates, names);

  if (most_latency > 0) {
    // An outage is seconds where all else is milliseconds.
    const bool far = least_latency > 0 && least_latency < most_latency / 30;
    const Axis axis = far ? Axis::logarithmic(least_latency, most_latency, latencies.bottom, latencies.top)
                          : Axis::linear(most_latency, latencies.bottom, latencies.top);
    draw_axis(svg, latencies, axis, tick_milliseconds);
    svg.text({0, latencies.top - 14},
             narrow ? (far ? "until delivered (logarithmic)" : "until delivered")
                    : (far ? "from the intended time until delivered, on a logarithmic scale"
                           : "from the intended time until delivered"),
             "axis");
    const auto half = points(slots, latencies, wide, axis, &Slot::p50);
    const auto most = points(slots, latencies, wide, axis, &Slot::p99);
    const auto all = points(slots, latencies, wide, axis, &Slot::max);
    svg.polyline(all, "series thin asked");
    svg.polyline(most, "series one");
    svg.polyline(half, "series two");
    draw_names(svg, latencies,
               {{last_height(all, latencies.bottom), {"slowest", "asked"}},
                {last_height(most, latencies.bottom), {"99 of 100", "one"}},
                {last_height(half, latencies.bottom), {"half", "two"}}});
  }
  const double step = time_step(length, narrow ? 4 : 10);
  const auto ticks = static_cast<int>(length / step + 1e-9);
  for (int tick = 0; tick <= ticks; ++tick) {
    const double second = tick * step;
    svg.line({latencies.x(second), latencies.bottom}, {latencies.x(second), latencies.bottom + 5}, "base");
    svg.text({latencies.x(second), latencies.bottom + 20}, second_text(second), "tick", "middle");
  }
  svg.line({left, latencies.bottom}, {right, latencies.bottom}, "base");
  svg.text({left, latencies.bottom + 38},
           narrow ? "since the beginning" : "since the beginning of the workloads", "axis");
  return svg.take();
}

}  // namespace gnc::scenarios
