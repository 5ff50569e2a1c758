#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/multiprecision/cpp_int.hpp>

namespace gnc::window {

// How the digits that are cut off are treated. Halves go away from zero in half_up.
enum class Rounding : std::uint8_t { half_up, half_even, down, up };

// An exact decimal number of any size: sums, differences and products lose nothing; what cannot be exact says
// how it rounds. Two numbers of the same value are equal, however they were written.
class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(std::int64_t whole) : coefficient_(whole) {}

  // "1250", "-0.075", "+3.": digits with at most one point, 40 digits at most. Empty where it is none.
  static std::optional<Decimal> parse(std::string_view text);

  // With the decimals that it needs, and at least `places`.
  std::string text(int places = 0) const;

  Decimal rounded(int places, Rounding rounding) const;
  // `by` is not zero.
  Decimal divided(const Decimal& by, int places, Rounding rounding) const;
  // Times ten to the power of `exponent`.
  Decimal shifted(int exponent) const;

  bool is_zero() const { return coefficient_ == 0; }
  bool is_negative() const { return coefficient_ < 0; }
  // How many decimals it needs.
  int places() const { return scale_; }

  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
  Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) = default;

 private:
  using Coefficient =
      boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

  Decimal(Coefficient coefficient, int scale);
  static Coefficient power_of_ten(int exponent);
  Coefficient at_scale(int scale) const;  // scale >= scale_
  static Decimal quotient(const Coefficient& dividend, const Coefficient& divisor, int places,
                          Rounding rounding);

  // The value is coefficient_ / 10^scale_, with no zero at the end that the scale could do without.
  Coefficient coefficient_ = 0;
  int scale_ = 0;
};

}  // namespace gnc::window
