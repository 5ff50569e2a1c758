#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Pictures as inline SVG. Looks come from the page's style sheet by class, so that they follow its light and
// dark theme; no attribute refers to anything outside.
namespace gnc::scenarios {

struct Point {
  double x = 0, y = 0;
};

class Svg {
 public:
  // `label` names the picture to those who do not see it. Text from outside is escaped, here and below.
  Svg(double width, double height, std::string_view style_class, std::string_view label);

  void line(Point from, Point to, std::string_view style_class);
  void rect(Point corner, double width, double height, std::string_view style_class,
            std::string_view hint = {});
  void circle(Point centre, double radius, std::string_view style_class, std::string_view hint = {});
  // A line through the points; breaks where x is not a number.
  void polyline(const std::vector<Point>& points, std::string_view style_class);
  // The area between the points and the height `base`.
  void area(const std::vector<Point>& points, double base, std::string_view style_class);
  // `anchor`: "start", "middle" or "end".
  void text(Point at, std::string_view text, std::string_view style_class, std::string_view anchor = "start");
  // A line with a head at its end.
  void arrow(Point from, Point to, std::string_view style_class);

  double width() const { return width_; }
  double height() const { return height_; }
  std::string take();

 private:
  void path(const std::string& data, std::string_view style_class);

  double width_, height_;
  std::string markup_;
};

// From values to places on an axis.
class Axis {
 public:
  // Linear from zero to a round value at or above `most`.
  static Axis linear(double most, double at_zero, double at_most);
  // Logarithmic over whole decades that hold both; `least` above zero.
  static Axis logarithmic(double least, double most, double at_least, double at_most);

  double at(double value) const;
  // Round values, from the least to the most.
  const std::vector<double>& ticks() const { return ticks_; }
  double most() const { return most_; }

 private:
  bool logarithmic_ = false;
  double least_ = 0, most_ = 1, from_ = 0, to_ = 1;
  std::vector<double> ticks_;
};

// What stands at a tick: "0.5", "2,500"; and of milliseconds "50 ms", "1 s".
std::string tick_number(double);
std::string tick_milliseconds(double);

// As many columns as text of so many characters takes at a font size, roughly; for what must not overlap.
// Pixels, of every text in a picture (page_style.cpp says the same).
constexpr double chart_font = 12;

double text_width(std::string_view text, double font_size);
// Cut to that width, with "…" where something was left out.
std::string fitted(std::string_view text, double font_size, double width);

}  // namespace gnc::scenarios
