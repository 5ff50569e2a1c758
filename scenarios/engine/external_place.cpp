#include "scenarios/engine/external_place.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

// Usable from anywhere.
std::string path(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).lexically_normal().string();
}

nlohmann::ordered_json paths(const std::vector<std::filesystem::path>& files) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& file : files) json.push_back(path(file));
  return json;
}

}  // namespace

std::string external_text(const ExternalPlace& place) {
  return fmt::format(
      "waiting {} for the system of {}:\n"
      "  gateway      {} ({})\n"
      "  certificate  {}\n"
      "  trust        {}\n",
      duration_text(place.within), place.party.text(), place.gateway, place.gateway_name,
      path(place.identity), path(place.trust));
}

std::string external_json(const std::vector<ExternalPlace>& places) {
  auto json = nlohmann::ordered_json::array();
  for (const ExternalPlace& place : places) {
    json.push_back({{"party", place.party.text()},
                    {"gateway", place.gateway},
                    {"gateway_name", place.gateway_name},
                    {"identity", path(place.identity)},
                    {"trust", path(place.trust)},
                    {"blocks", paths(place.blocks)},
                    {"agreements", paths(place.agreements)},
                    {"within_s", static_cast<double>(place.within.microseconds) / 1e6}});
  }
  return json.dump(2) + "\n";
}

}  // namespace gnc::scenarios
