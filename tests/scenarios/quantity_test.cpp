#include "scenarios/engine/quantity.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::quantity_test {
namespace {

TEST(Quantity, ReadsBandwidthRatesAndNumbers) {
  EXPECT_EQ(parse_bandwidth("100Mbit"), 100'000'000u);
  EXPECT_FALSE(parse_bandwidth("100MB"));
  EXPECT_FALSE(parse_bandwidth("0Mbit"));
  EXPECT_EQ(parse_rate("200/s"), Rate{200});
  EXPECT_EQ(parse_rate("30/min"), Rate{0.5});
  EXPECT_FALSE(parse_rate("0/s"));
  EXPECT_FALSE(parse_rate("200"));
  EXPECT_EQ(parse_number("99%"), 0.99);
  EXPECT_EQ(parse_number("-2"), -2);
  EXPECT_FALSE(parse_number("2x"));
}

TEST(Quantity, ReadsNoRateSizesAndFactors) {
  EXPECT_EQ(parse_rate_or_none("0/s"), Rate{0});
  EXPECT_EQ(parse_bytes("256MB"), 256e6);
  EXPECT_FALSE(parse_bytes("256"));
  EXPECT_EQ(parse_factor("3600x"), 3600);
  EXPECT_FALSE(parse_factor("0x"));
  EXPECT_FALSE(parse_factor("2"));
}

TEST(Quantity, WritesRatesAndBandwidthsAsTheyAreRead) {
  EXPECT_EQ(rate_text(Rate{200}), "200/s");
  EXPECT_EQ(rate_text(Rate{0.5}), "30/min");
  EXPECT_EQ(bandwidth_text(64'000), "64 kbit/s");
  EXPECT_EQ(bandwidth_text(100'000'000), "100 Mbit/s");
}

}  // namespace
}  // namespace gnc::scenarios::quantity_test
