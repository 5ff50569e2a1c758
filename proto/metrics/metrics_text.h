#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace gnc::metrics {

// Prometheus' text format 0.0.4, or OpenMetrics 1.0, which names a counter without its "_total" and has an
// end.
enum class Dialect { prometheus, open_metrics };

// The media type that a page of that dialect is served with.
std::string_view content_type(Dialect);

// Lays out metrics as text, one family after the other.
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit MetricsText(Dialect dialect) : dialect_(dialect) {}

  // One sample without labels. A counter's name is given without "_total".
  template <class Value>
  void counter(std::string_view name, std::string_view help, Value value) {
    counters(name, help);
    count(name, {}, value);
  }
  template <class Value>
  void gauge(std::string_view name, std::string_view help, Value value) {
    family(name, "gauge", help);
    sample(name, {}, value);
  }

  // A family, whose samples follow.
  void counters(std::string_view name, std::string_view help);
  void family(std::string_view name, std::string_view kind, std::string_view help);
  // Label values are escaped; what they say is the caller's to bound.
  template <class Value>
  void count(std::string_view name, Labels labels, Value value) {
    begin_sample(name, "_total", labels);
    end_sample(value);
  }
  template <class Value>
  void sample(std::string_view name, Labels labels, Value value) {
    begin_sample(name, {}, labels);
    end_sample(value);
  }

  std::string take();

 private:
  void begin_sample(std::string_view name, std::string_view ending, Labels labels);
  void end_sample(double value);
  void end_sample(std::uint64_t value);

  Dialect dialect_;
  std::string text_;
};

}  // namespace gnc::metrics
