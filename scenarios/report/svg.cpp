#include "scenarios/report/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/escaped_text.h"

namespace gnc::scenarios {
namespace {

// Numbers of coordinates: a tenth is finer than is seen.
std::string n(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string hint_markup(std::string_view hint) {
  return hint.empty() ? std::string() : fmt::format("<title>{}</title>", html_escaped(hint, 300));
}

// Steps of 1, 2 or 5 times a power of ten, at most `most_steps` of them up to `most`.
double round_step(double most, int most_steps) {
  const double rough = most / most_steps;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

Svg::Svg(double width, double height, std::string_view style_class, std::string_view label)
    : width_(width), height_(height) {
  markup_ = fmt::format("<svg class=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                        style_class, n(width), n(height), html_escaped(label, 500));
}

void Svg::line(Point from, Point to, std::string_view style_class) {
  fmt::format_to(std::back_inserter(markup_), R"(<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>)",
                 style_class, n(from.x), n(from.y), n(to.x), n(to.y));
}

void Svg::rect(Point corner, double width, double height, std::string_view style_class,
               std::string_view hint) {
  fmt::format_to(std::back_inserter(markup_),
                 R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>)", style_class,
                 n(corner.x), n(corner.y), n(width), n(height), hint_markup(hint));
}

void Svg::circle(Point centre, double radius, std::string_view style_class, std::string_view hint) {
  fmt::format_to(std::back_inserter(markup_), R"(<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>)",
                 style_class, n(centre.x), n(centre.y), n(radius), hint_markup(hint));
}

void Svg::path(const std::string& data, std::string_view style_class) {
  if (!data.empty())
    fmt::format_to(std::back_inserter(markup_), R"(<path class="{}" d="{}"/>)", style_class, data);
}

void Svg::polyline(const std::vector<Point>& points, std::string_view style_class) {
  std::string data;
  bool open = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::isnan(points[i].x)) {
      open = false;
      continue;
    }
    data += fmt::format("{}{} {}", open ? 'L' : 'M', n(points[i].x), n(points[i].y));
    // A point alone is drawn as a short line.
    const bool alone = !open && (i + 1 == points.size() || std::isnan(points[i + 1].x));
    if (alone) data += "h1";
    open = true;
  }
  path(data, style_class);
}

void Svg::area(const std::vector<Point>& points, double base, std::string_view style_class) {
  if (points.size() < 2) return;
  std::string data = fmt::format("M{} {}", n(points.front().x), n(base));
  for (const Point& point : points) data += fmt::format("L{} {}", n(point.x), n(point.y));
  path(data + fmt::format("L{} {}Z", n(points.back().x), n(base)), style_class);
}

void Svg::text(Point at, std::string_view text, std::string_view style_class, std::string_view anchor) {
  fmt::format_to(std::back_inserter(markup_), R"(<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>)",
                 style_class, n(at.x), n(at.y), anchor, html_escaped(text, 300));
}

void Svg::arrow(Point from, Point to, std::string_view style_class) {
  line(from, to, style_class);
  const double angle = std::atan2(to.y - from.y, to.x - from.x);
  constexpr double length = 8;
  constexpr double spread = 0.42;
  const auto back = [&](double turn) {
    return fmt::format("{} {}", n(to.x - length * std::cos(angle + turn)),
                       n(to.y - length * std::sin(angle + turn)));
  };
  path(fmt::format("M{}L{} {}L{}", back(spread), n(to.x), n(to.y), back(-spread)), style_class);
}

std::string Svg::take() { return std::exchange(markup_, {}) + "</svg>"; }

Axis Axis::linear(double most, double at_zero, double at_most) {
  Axis axis;
  const double step = round_step(most > 0 ? most : 1, 5);
  const auto steps = static_cast<int>(std::ceil((most > 0 ? most : 1) / step - 1e-9));
  for (int i = 0; i <= steps; ++i) axis.ticks_.push_back(i * step);
  axis.most_ = axis.ticks_.back();
  axis.from_ = at_zero;
  axis.to_ = at_most;
  return axis;
}

Axis Axis::logarithmic(double least, double most, double at_least, double at_most) {
  Axis axis;
  axis.logarithmic_ = true;
  const int first = static_cast<int>(std::floor(std::log10(least) + 1e-9));
  const int last = std::max(first + 1, static_cast<int>(std::ceil(std::log10(most) - 1e-9)));
  for (int power = first; power <= last; ++power) axis.ticks_.push_back(std::pow(10, power));
  axis.least_ = axis.ticks_.front();
  axis.most_ = axis.ticks_.back();
  axis.from_ = at_least;
  axis.to_ = at_most;
  return axis;
}

double Axis::at(double value) const {
  const double share = logarithmic_ ? std::log(std::max(value, least_) / least_) / std::log(most_ / least_)
                                    : (value - least_) / (most_ - least_);
  return from_ + std::clamp(share, 0.0, 1.0) * (to_ - from_);
}

std::string tick_number(double value) {
  return value >= 1000 ? count_text(static_cast<std::uint64_t>(std::llround(value)))
                       : fmt::format("{:.6g}", value);
}

std::string tick_milliseconds(double ms) {
  return ms >= 1000 ? fmt::format("{:.6g} s", ms / 1e3) : fmt::format("{:.6g} ms", ms);
}

double text_width(std::string_view text, double font_size) {
  return static_cast<double>(characters_in(text)) * font_size * 0.56;
}

std::string fitted(std::string_view text, double font_size, double width) {
  if (text_width(text, font_size) <= width) return std::string(text);
  const auto most = static_cast<std::size_t>(std::max(0.0, width / (font_size * 0.56) - 1));
  std::size_t end = 0;
  for (std::size_t taken = 0; end < text.size() && taken < most; ++taken) {
    do {
      ++end;
    } while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80);
  }
  return most == 0 ? std::string() : std::string(text.substr(0, end)) + "…";
}

}  // namespace gnc::scenarios
