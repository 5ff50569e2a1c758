#include "scenarios/engine/commodity_mix.h"

#include <numeric>

namespace gnc::scenarios {
namespace {

constexpr Commodity all[] = {
    {"020442", "Frozen lamb, cuts with bone in", "CT", 40, 2, 0, 700, 1400, 18, 1200},
    {"040221", "Whole milk powder, bags of 25 kg", "BG", 45, 0, 0, 380, 560, 25, 3200},
    {"040510", "Unsalted butter in blocks of 25 kg", "CT", 20, 1, 0, 500, 760, 25, 1000},
    {"040900", "Honey in retail jars", "CT", 12, 4, 10, 2500, 9000, 6, 160},
    {"080810", "Fresh apples", "CT", 25, 0, 0, 140, 320, 18, 1100},
    {"081050", "Fresh kiwifruit, refrigerated", "CT", 45, 3, 0, 280, 620, 10, 5000},
    {"090111", "Coffee, not roasted, not decaffeinated", "BG", 15, 1, 0, 400, 900, 60, 320},
    {"220421", "Still wine in bottles of 0.75 l", "CT", 35, 3, 4, 550, 2600, 9, 1300},
    {"300490", "Medicaments in measured doses", "CT", 6, 45, 12, 6000, 90000, 4, 120},
    {"330499", "Skin care preparations for retail sale", "CT", 14, 18, 40, 1800, 9000, 5, 90},
    {"390120", "Polyethylene in primary forms", "BG", 30, 0, 0, 110, 190, 25, 960},
    {"392690", "Articles of plastics, not elsewhere specified", "CT", 35, 20, 25, 300, 2500, 12, 240},
    {"401110", "New pneumatic tyres for motor cars", "PK", 18, 1, 0, 350, 800, 9, 1400},
    {"440320", "Coniferous wood in the rough", "NE", 14, 0, 0, 9, 22, 900, 400},
    {"481910", "Cartons of corrugated paperboard", "PK", 18, 1, 0, 90, 200, 20, 500},
    {"510111", "Greasy wool, shorn", "BL", 10, 0, 0, 350, 1100, 180, 110},
    {"610910", "T-shirts of cotton, knitted", "CT", 45, 15, 45, 900, 3500, 8, 300},
    {"640399", "Footwear with leather uppers", "CT", 28, 14, 40, 1800, 7000, 10, 220},
    {"721049", "Flat-rolled steel, zinc coated, in coils", "CL", 20, 0, 0, 70, 140, 8000, 12},
    {"732690", "Articles of iron or steel", "CT", 30, 8, 6, 250, 1600, 16, 180},
    {"841391", "Parts of pumps for liquids", "CT", 16, 18, 8, 1500, 9000, 7, 60},
    {"847130", "Portable automatic data-processing machines", "CT", 14, 50, 22, 15000, 70000, 12, 40},
    {"850440", "Static converters and power supplies", "CT", 22, 30, 25, 1500, 9000, 9, 110},
    {"851713", "Smartphones", "CT", 6, 60, 45, 40000, 120000, 8, 50},
    {"852872", "Colour television receivers", "CT", 26, 6, 0, 1000, 3800, 14, 400},
    {"854231", "Processors and controllers, integrated circuits", "CT", 2, 55, 20, 60000, 400000, 3, 40},
    {"870323", "Motor cars, spark ignition, 1500 to 3000 cc", "NE", 22, 0, 0, 900, 2600, 1500, 24},
    {"870899", "Parts of motor vehicles", "CT", 40, 26, 14, 700, 4000, 11, 150},
    {"901920", "Apparatus for respiratory therapy", "CT", 6, 28, 6, 4000, 20000, 4, 160},
    {"940360", "Furniture of wood", "CT", 34, 2, 2, 350, 1300, 28, 160},
    {"950300", "Toys and scale models", "CT", 40, 12, 60, 600, 2500, 6, 320},
    {"490199", "Printed books", "CT", 10, 8, 55, 700, 2600, 10, 60}};

std::uint32_t share_of(const Commodity& commodity, Carriage carriage) {
  switch (carriage) {
    case Carriage::sea:
      return commodity.sea;
    case Carriage::air:
      return commodity.air;
    case Carriage::post:
      return commodity.post;
  }
  return 0;
}

}  // namespace

std::span<const Commodity> commodities() { return all; }

Carriage draw_carriage(Random& random) {
  const std::uint64_t drawn = random.below(100);
  if (drawn < 42) return Carriage::sea;
  return drawn < 82 ? Carriage::air : Carriage::post;
}

const Commodity& draw_commodity(Carriage carriage, Random& random) {
  const auto add = [carriage](std::uint64_t sum, const Commodity& c) { return sum + share_of(c, carriage); };
  std::uint64_t drawn = random.below(std::accumulate(std::begin(all), std::end(all), std::uint64_t{0}, add));
  for (const Commodity& commodity : all) {
    const std::uint32_t here = share_of(commodity, carriage);
    if (drawn < here) return commodity;
    drawn -= here;
  }
  return all[0];
}

}  // namespace gnc::scenarios
