#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "proto/types/random.h"

namespace gnc::scenarios {

enum class Carriage { sea, air, post };

// Goods as they are declared: a subheading of the Harmonized System with what is usual of it in trade.
struct Commodity {
  std::string_view heading;  // six digits
  std::string_view description;
  std::string_view package;               // UN/ECE Recommendation 21
  std::uint32_t sea, air, post;           // how often it is declared when carried so, against the others
  std::uint32_t least_cents, most_cents;  // of a kilogram
  std::uint32_t kilograms;                // in a package
  std::uint32_t most_packages;
};

std::span<const Commodity> commodities();

// Sea and air carry about as many declarations each, and post the rest, which are many and small.
Carriage draw_carriage(Random&);
// One that is carried so, as often as it is in trade.
const Commodity& draw_commodity(Carriage, Random&);

}  // namespace gnc::scenarios
