#include "proto/metrics/metrics_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace gnc::metrics::metrics_text_test {
namespace {

TEST(MetricsText, NamesCountersAsEachDialectDoes) {
  MetricsText prometheus(Dialect::prometheus);
  prometheus.counter("gnc_admitted", "Exchanges admitted.", std::uint64_t{5});
  EXPECT_EQ(prometheus.take(),
            "# HELP gnc_admitted_total Exchanges admitted.\n# TYPE gnc_admitted_total counter\n"
            "gnc_admitted_total 5\n");
  MetricsText open(Dialect::open_metrics);
  open.counter("gnc_admitted", "Exchanges admitted.", std::uint64_t{5});
  EXPECT_EQ(open.take(),
            "# HELP gnc_admitted Exchanges admitted.\n# TYPE gnc_admitted counter\n"
            "gnc_admitted_total 5\n# EOF\n");
}

TEST(MetricsText, EscapesLabelsAndHelp) {
  MetricsText text(Dialect::open_metrics);
  text.family("f", "gauge", "back\\slash\nline");
  text.sample("f", {{"a", "say \"hi\"\n\\"}, {"b", "x"}}, 1.5);
  EXPECT_EQ(
      text.take(),
      "# HELP f back\\\\slash\\nline\n# TYPE f gauge\nf{a=\"say \\\"hi\\\"\\n\\\\\",b=\"x\"} 1.5\n# EOF\n");
}

TEST(MetricsText, WritesWhatIsNoNumberAsTheFormatsDo) {
  MetricsText text(Dialect::prometheus);
  const double infinite = std::numeric_limits<double>::infinity();
  text.sample("a", {}, infinite);
  text.sample("b", {}, -infinite);
  text.sample("c", {}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(text.take(), "a +Inf\nb -Inf\nc NaN\n");
}

}  // namespace
}  // namespace gnc::metrics::metrics_text_test
