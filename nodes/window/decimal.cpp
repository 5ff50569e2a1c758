#include "nodes/window/decimal.h"

#include <algorithm>

namespace gnc::window {

Decimal::Decimal(Coefficient coefficient, int scale) : coefficient_(std::move(coefficient)), scale_(scale) {
  if (coefficient_ == 0) scale_ = 0;
  while (scale_ > 0 && coefficient_ % 10 == 0) {
    coefficient_ /= 10;
    --scale_;
  }
}

Decimal::Coefficient Decimal::power_of_ten(int exponent) {
  return boost::multiprecision::pow(Coefficient(10), static_cast<unsigned>(exponent));
}

Decimal::Coefficient Decimal::at_scale(int scale) const {
  return scale == scale_ ? coefficient_ : Coefficient(coefficient_ * power_of_ten(scale - scale_));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  constexpr std::size_t most_digits = 40;
  Coefficient coefficient = 0;
  std::size_t digits = 0;
  int scale = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (++digits > most_digits) return std::nullopt;
      coefficient = coefficient * 10 + (c - '0');
      if (point) ++scale;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0) return std::nullopt;
  return Decimal(negative ? Coefficient(-coefficient) : coefficient, scale);
}

std::string Decimal::text(int places) const {
  std::string digits = boost::multiprecision::abs(coefficient_).str();
  const auto decimals = static_cast<std::size_t>(scale_);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  std::string text = digits.substr(0, digits.size() - decimals);
  const auto shown = static_cast<std::size_t>(std::max(places, scale_));
  if (shown > 0) {
    text += '.' + digits.substr(digits.size() - decimals);
    text.append(shown - decimals, '0');
  }
  return is_negative() ? "-" + text : text;
}

Decimal Decimal::quotient(const Coefficient& dividend, const Coefficient& divisor, int places,
                          Rounding rounding) {
  const bool negative = (dividend < 0) != (divisor < 0);
  const Coefficient above = boost::multiprecision::abs(dividend);
  const Coefficient below = boost::multiprecision::abs(divisor);
  Coefficient whole = above / below;
  const Coefficient rest = above % below;
  const Coefficient twice = rest * 2;
  bool away = false;
  switch (rounding) {
    case Rounding::half_up:
      away = twice >= below;
      break;
    case Rounding::half_even:
      away = twice > below || (twice == below && whole % 2 != 0);
      break;
    case Rounding::down:
      break;
    case Rounding::up:
      away = rest != 0;
      break;
  }
  if (away) ++whole;
  return Decimal(negative ? Coefficient(-whole) : whole, places);
}

Decimal Decimal::rounded(int places, Rounding rounding) const {
  if (scale_ <= places) return *this;
  return quotient(coefficient_, power_of_ten(scale_ - places), places, rounding);
}

Decimal Decimal::divided(const Decimal& by, int places, Rounding rounding) const {
  // (c1 / 10^s1) / (c2 / 10^s2) at `places` decimals is c1 × 10^(places + s2) / (c2 × 10^s1).
  return quotient(coefficient_ * power_of_ten(places + by.scale_), by.coefficient_ * power_of_ten(scale_),
                  places, rounding);
}

Decimal Decimal::shifted(int exponent) const {
  if (exponent <= scale_) return {coefficient_, scale_ - exponent};
  return {coefficient_ * power_of_ten(exponent - scale_), 0};
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale_, b.scale_);
  return {a.at_scale(scale) + b.at_scale(scale), scale};
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale_, b.scale_);
  return {a.at_scale(scale) - b.at_scale(scale), scale};
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  return {a.coefficient_ * b.coefficient_, a.scale_ + b.scale_};
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale_, b.scale_);
  const int order = a.at_scale(scale).compare(b.at_scale(scale));
  return order <=> 0;
}

}  // namespace gnc::window
