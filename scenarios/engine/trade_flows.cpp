#include "scenarios/engine/trade_flows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gnc::scenarios {
namespace {

constexpr double earth_radius = 6371;  // km
// Neighbours are as far apart as this at least: their trade is not without bounds.
constexpr double nearest = 300;

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

// On the great circle, in km.
double distance(const WorldPlace& one, const WorldPlace& other) {
  const double up = std::sin(radians(other.latitude - one.latitude) / 2);
  const double across = std::sin(radians(other.longitude - one.longitude) / 2);
  const double square =
      up * up + std::cos(radians(one.latitude)) * std::cos(radians(other.latitude)) * across * across;
  return 2 * earth_radius * std::asin(std::min(1.0, std::sqrt(square)));
}

double uniform(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }  // [0, 1)

// Of mean 0 and deviation 1, near enough: the sum of twelve.
double normal(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += uniform(random);
  return sum;
}

std::vector<TradeShare> gravity(const Trade& trade, const std::vector<WorldPlace>& world,
                                const Random& stream) {
  std::vector<TradeShare> shares;
  shares.reserve(world.size() * world.size());
  for (const WorldPlace& from : world) {
    for (const WorldPlace& to : world) {
      if (&from == &to) continue;
      // A stream for each: with another administration, those that are there stay as they are.
      Random random = stream.child(from.name.text() + "-" + to.name.text());
      const double apart = std::max(distance(from, to), nearest) / 1000;
      shares.push_back({from.name, to.name,
                        from.weight * to.weight / std::pow(apart, trade.decay) *
                            std::exp(trade.scatter * normal(random))});
    }
  }
  return shares;
}

}  // namespace

std::vector<TradeFlow> trade_flows(const Trade& trade, const std::vector<WorldPlace>& world, Random stream) {
  const std::vector<TradeShare> shares = trade.matrix.empty() ? gravity(trade, world, stream) : trade.matrix;
  double whole = 0;
  for (const TradeShare& share : shares) whole += share.weight;
  std::vector<TradeFlow> flows;
  // Sums are rounded, and not each by itself: so nothing is lost, and a pair of a share below one has its
  // chance.
  const double offset = uniform(stream);
  double sum = 0;
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i].weight;
    const double up_to = i + 1 == shares.size()
                             ? static_cast<double>(trade.exchanges)
                             : std::floor(static_cast<double>(trade.exchanges) * (sum / whole) + offset);
    const auto reached = std::min(static_cast<std::uint64_t>(up_to), trade.exchanges);
    if (reached > given) flows.push_back({shares[i].from, shares[i].to, reached - given});
    given = std::max(given, reached);
  }
  return flows;
}

}  // namespace gnc::scenarios
