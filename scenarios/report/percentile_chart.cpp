#include "scenarios/report/percentile_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/svg.h"

namespace gnc::scenarios {
namespace {

struct Curve {
  const LatencyCurve* of;
  std::string style;
  std::vector<LatencyCurve::Point> points;  // that so many exchanges can tell
  double label_y = 0;
};

// The slowest of so many exchanges stands where 1 in so many is slower.
double depth(double quantile, double deepest) {
  return quantile >= 1 ? deepest : std::min(deepest, -std::log10(1 - quantile));
}

std::vector<Curve> curves_to_draw(const std::vector<LatencyCurve>& all) {
  std::vector<Curve> drawn;
  for (const auto& [stage, style] :
       {std::pair("admitted", "one"), std::pair("delivered", "two"), std::pair("processed", "three")}) {
    for (const LatencyCurve& curve : all) {
      if (curve.clock != "intended" || curve.stage != stage || curve.points.empty()) continue;
      Curve& added = drawn.emplace_back(Curve{&curve, style, {}, 0});
      const double finest = 1 - 1 / static_cast<double>(curve.count);
      std::copy_if(curve.points.begin(), curve.points.end(), std::back_inserter(added.points),
                   [&](const auto& point) { return point.quantile <= finest || point.quantile >= 1; });
    }
  }
  return drawn;
}

// Labels at the curves' ends, apart from each other.
void part_labels(std::vector<Curve>& curves, double lowest) {
  std::vector<Curve*> by_height;
  by_height.reserve(curves.size());
  for (Curve& curve : curves) by_height.push_back(&curve);
  std::sort(by_height.begin(), by_height.end(), [](auto* a, auto* b) { return a->label_y < b->label_y; });
  constexpr double apart = chart_font + 3;
  for (std::size_t i = 1; i < by_height.size(); ++i) {
    by_height[i]->label_y = std::max(by_height[i]->label_y, by_height[i - 1]->label_y + apart);
  }
  double limit = lowest;
  for (auto curve = by_height.rbegin(); curve != by_height.rend(); ++curve, limit -= apart) {
    (*curve)->label_y = std::min((*curve)->label_y, limit);
  }
}

constexpr std::pair<double, const char*> shares[] = {
    {0, "0 %"},        {0.5, "50 %"},       {0.9, "90 %"},         {0.99, "99 %"},
    {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}, {0.999999, "99.9999 %"}};

}  // namespace

std::string percentile_chart(const std::vector<LatencyCurve>& all, double width) {
  std::vector<Curve> curves = curves_to_draw(all);
  if (curves.empty()) return {};
  double most = 0;
  double least = 1e300;
  double deepest = 1;
  for (const Curve& curve : curves) {
    for (const auto& point : curve.points) {
      most = std::max(most, point.ms);
      if (point.ms > 0) least = std::min(least, point.ms);
    }
    deepest = std::max(deepest, std::log10(static_cast<double>(curve.of->count)));
  }
  const bool narrow = width < 600;
  const double height = narrow ? 280 : 340;
  const double left = 62;
  const double right = width - (narrow ? 74 : 92);
  const double top = 24;
  const double bottom = height - 44;
  // Where the slowest are far off, a linear axis would flatten all the rest.
  const bool far = most > 0 && least < most / 50;
  const Axis y = far ? Axis::logarithmic(least, most, bottom, top) : Axis::linear(most, bottom, top);
  const auto x = [&](double quantile) { return left + depth(quantile, deepest) / deepest * (right - left); };

  std::string label = "Latency by share of exchanges.";
  for (const Curve& curve : curves) {
    label += fmt::format(" {}: slowest {}.", curve.of->stage, milliseconds_text(curve.points.back().ms));
  }
  Svg svg(width, height, narrow ? "chart narrow" : "chart wide", label);
  for (const double tick : y.ticks()) {
    svg.line({left, y.at(tick)}, {right, y.at(tick)}, "grid");
    svg.text({left - 8, y.at(tick) + 4}, tick == 0 ? "0" : tick_milliseconds(tick), "tick", "end");
  }
  double free_from = left - 20;
  for (const auto& [share, words] : shares) {
    if (share > 0 && -std::log10(1 - share) > deepest + 1e-9) break;
    svg.line({x(share), top}, {x(share), bottom}, "grid");
    const double half = text_width(words, chart_font) / 2;
    if (x(share) - half < free_from) continue;
    svg.text({x(share), bottom + 18}, words, "tick", "middle");
    free_from = x(share) + half + 10;
  }
  svg.text({left, bottom + 37},
           narrow ? "of the exchanges took no longer" : "share of the exchanges that took no longer", "axis");
  svg.text({left, top - 10},
           far ? "from the intended time, on a logarithmic scale" : "from the intended time", "axis");
  for (Curve& curve : curves) {
    std::vector<Point> points;
    for (const auto& point : curve.points) points.push_back({x(point.quantile), y.at(point.ms)});
    svg.polyline(points, "series " + curve.style);
    for (const double quantile : {0.5, 0.9, 0.99, 0.999}) {
      for (const auto& point : curve.points) {
        if (point.quantile != quantile) continue;
        svg.circle({x(quantile), y.at(point.ms)}, 3, "dot " + curve.style,
                   fmt::format("{}: {} of 100 within {}", curve.of->stage, number_text(quantile * 100),
                               milliseconds_text(point.ms)));
      }
    }
    curve.label_y = y.at(curve.points.back().ms) + 4;
  }
  part_labels(curves, bottom);
  for (const Curve& curve : curves)
    svg.text({right + 8, curve.label_y}, curve.of->stage, "name " + curve.style);
  return svg.take();
}

}  // namespace gnc::scenarios
