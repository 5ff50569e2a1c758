#include "nodes/window/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace gnc::window::decimal_test {
namespace {

Decimal number(std::string_view text) {
  const auto parsed = Decimal::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Decimal());
}

// Up to nine digits, up to six of them decimals.
Decimal any_number() {
  return Decimal(*rc::gen::inRange<std::int64_t>(-999'999'999, 1'000'000'000))
      .shifted(-*rc::gen::inRange(0, 7));
}

TEST(Decimal, ReadsAndWritesWhatItIs) {
  EXPECT_EQ(number("1250").text(), "1250");
  EXPECT_EQ(number("-0.0750").text(), "-0.075");
  EXPECT_EQ(number("+003.").text(2), "3.00");
  EXPECT_EQ(number(".5").text(), "0.5");
  EXPECT_EQ(number("-0.00").text(), "0");
  EXPECT_EQ(number("1234567890123456789012345678901234567890").text(),
            "1234567890123456789012345678901234567890");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".", "1,5", "1e3", "0x1", "1.2.3", " 1", "1 ", "--1", "NaN",
                           "12345678901234567890123456789012345678901"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(Decimal, RoundsHalvesAsTheRuleSays) {
  EXPECT_EQ(number("2.345").rounded(2, Rounding::half_up), number("2.35"));
  EXPECT_EQ(number("-2.345").rounded(2, Rounding::half_up), number("-2.35"));
  EXPECT_EQ(number("2.345").rounded(2, Rounding::half_even), number("2.34"));
  EXPECT_EQ(number("2.355").rounded(2, Rounding::half_even), number("2.36"));
  EXPECT_EQ(number("2.3451").rounded(2, Rounding::half_even), number("2.35"));
  EXPECT_EQ(number("2.349").rounded(2, Rounding::down), number("2.34"));
  EXPECT_EQ(number("2.341").rounded(2, Rounding::up), number("2.35"));
  EXPECT_EQ(number("2.34").rounded(2, Rounding::up), number("2.34"));
  EXPECT_EQ(number("0.5").rounded(0, Rounding::half_up), number("1"));
}

TEST(Decimal, DividesToThePlacesAskedFor) {
  EXPECT_EQ(number("1").divided(number("3"), 4, Rounding::half_up).text(), "0.3333");
  EXPECT_EQ(number("2").divided(number("3"), 2, Rounding::half_up).text(), "0.67");
  EXPECT_EQ(number("-1").divided(number("8"), 2, Rounding::down).text(), "-0.12");
  EXPECT_EQ(number("0.6").divided(number("0.02"), 0, Rounding::half_up).text(), "30");
}

TEST(Decimal, LosesNothingInSumsAndProducts) {
  EXPECT_EQ(number("0.1") + number("0.2"), number("0.3"));
  EXPECT_EQ((number("1234567890123456.789") * number("12345.678901")).text(),
            "15241578752949246765.142508889");
  EXPECT_TRUE(rc::check([] {
    const Decimal a = any_number(), b = any_number(), c = any_number();
    RC_ASSERT((a + b) + c == a + (b + c));
    RC_ASSERT(a * (b + c) == a * b + a * c);
    RC_ASSERT(a - a == Decimal());
    RC_ASSERT(a + b - b == a);
  }));
}

TEST(Decimal, IsReadAgainFromItsText) {
  EXPECT_TRUE(rc::check([] {
    const Decimal a = any_number();
    RC_ASSERT(Decimal::parse(a.text()) == a);
    RC_ASSERT(Decimal::parse(a.text(*rc::gen::inRange(0, 9))) == a);
  }));
}

TEST(Decimal, RoundsByLessThanOneUnitAndNotTwice) {
  EXPECT_TRUE(rc::check([] {
    const Decimal a = any_number();
    const int places = *rc::gen::inRange(0, 4);
    const Decimal unit = Decimal(1).shifted(-places);
    for (const Rounding rule : {Rounding::half_up, Rounding::half_even, Rounding::down, Rounding::up}) {
      const Decimal rounded = a.rounded(places, rule);
      const Decimal off = a - rounded;
      RC_ASSERT(off < unit && off > Decimal() - unit);
      RC_ASSERT(rounded.rounded(places, rule) == rounded);
      RC_ASSERT(rounded.places() <= places);
    }
  }));
}

TEST(Decimal, OrdersAsNumbersDo) {
  EXPECT_LT(number("9.99"), number("10"));
  EXPECT_LT(number("-10"), number("-9.99"));
  EXPECT_EQ(number("1.50"), number("1.5"));
}

}  // namespace
}  // namespace gnc::window::decimal_test
