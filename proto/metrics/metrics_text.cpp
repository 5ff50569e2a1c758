#include "proto/metrics/metrics_text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace gnc::metrics {
namespace {

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\' || (quotes && c == '"')) out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string_view content_type(Dialect dialect) {
  return dialect == Dialect::prometheus ? "text/plain; version=0.0.4; charset=utf-8"
                                        : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

void MetricsText::counters(std::string_view name, std::string_view help) {
  family(dialect_ == Dialect::prometheus ? std::string(name) + "_total" : std::string(name), "counter", help);
}

void MetricsText::family(std::string_view name, std::string_view kind, std::string_view help) {
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, escaped(help, false),
                 kind);
}

void MetricsText::begin_sample(std::string_view name, std::string_view ending, Labels labels) {
  text_ += name;
  text_ += ending;
  char separator = '{';
  for (const auto& [label, value] : labels) {
    fmt::format_to(std::back_inserter(text_), "{}{}=\"{}\"", separator, label, escaped(value, true));
    separator = ',';
  }
  if (separator == ',') text_ += '}';
}

void MetricsText::end_sample(double value) {
  if (std::isnan(value)) {
    text_ += " NaN\n";
  } else if (std::isinf(value)) {
    text_ += value > 0 ? " +Inf\n" : " -Inf\n";
  } else {
    fmt::format_to(std::back_inserter(text_), " {}\n", value);
  }
}

void MetricsText::end_sample(std::uint64_t value) {
  fmt::format_to(std::back_inserter(text_), " {}\n", value);
}

std::string MetricsText::take() {
  if (dialect_ == Dialect::open_metrics) text_ += "# EOF\n";
  return std::exchange(text_, {});
}

}  // namespace gnc::metrics
