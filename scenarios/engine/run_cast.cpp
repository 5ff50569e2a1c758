#include "scenarios/engine/run_cast.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "gnc/v1/errors.pb.h"
#include "nodes/window/profile.h"
#include "scenarios/engine/places.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::scenarios {
namespace {

using Json = nlohmann::ordered_json;

constexpr double degree = std::numbers::pi / 180;

// Amid them all on the globe; of none, and of some that face each other exactly, nowhere.
void place_amid(const std::vector<RunCast::Party>& parties, RunCast::Party& gateway) {
  double x = 0, y = 0, z = 0;
  for (const RunCast::Party& party : parties) {
    if (!party.longitude || !party.latitude) continue;
    const double latitude = *party.latitude * degree, longitude = *party.longitude * degree;
    x += std::cos(latitude) * std::cos(longitude);
    y += std::cos(latitude) * std::sin(longitude);
    z += std::sin(latitude);
  }
  const double length = std::sqrt(x * x + y * y + z * z);
  if (length < 1e-9) return;
  gateway.latitude = std::round(std::asin(z / length) / degree * 100) / 100;
  gateway.longitude = std::round(std::atan2(y, x) / degree * 100) / 100;
}

void put(Json& json, const char* key, const std::optional<double>& value) {
  if (value) {
    json[key] = *value;
  } else {
    json[key] = nullptr;
  }
}

std::optional<double> number(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

}  // namespace

std::string_view RunCast::block_of(std::string_view agreement) const {
  const auto found = std::ranges::find(agreements, agreement, &Agreement::id);
  return found == agreements.end() ? std::string_view{} : std::string_view(found->block);
}

std::string_view cast_name(std::string_view party) {
  return party.starts_with("gateway/") ? cast_gateway : party;
}

RunCast cast_of(const Topology& topology) {
  RunCast cast;
  for (const PartyName& name : topology.administrations) {
    RunCast::Party party{name.text(), "administration", name.text(), {}, {}};
    if (const Place* place = place_of(name.text())) {
      party.title = place->title;
      if (place->located) party.longitude = place->longitude, party.latitude = place->latitude;
    }
    const auto given = std::ranges::find(topology.world, name, &WorldPlace::name);
    if (given != topology.world.end()) party.longitude = given->longitude, party.latitude = given->latitude;
    cast.parties.push_back(std::move(party));
    cast.links.push_back(
        {link_name(name), name.text(), std::string(cast_gateway), topology.link_of(name).latency});
  }
  RunCast::Party gateway{std::string(cast_gateway), "gateway", "Gateway", {}, {}};
  place_amid(cast.parties, gateway);
  cast.parties.push_back(std::move(gateway));
  return cast;
}

RunCast cast_of(const RunPlan& plan, Instant counts_from) {
  RunCast cast = cast_of(plan.scenario.topology);
  cast.counts_from = counts_from;
  for (const auto& [name, profile] : plan.profiles) {
    const auto home = std::ranges::find(cast.parties, name.text(), &RunCast::Party::name);
    if (profile == nullptr || home == cast.parties.end()) continue;
    const RunCast::Party administration = *home;
    for (const window::Agency& agency : profile->agencies) {
      // One that takes part itself is there already, and stands where its administration does.
      const auto there = std::ranges::find(cast.parties, agency.name, &RunCast::Party::name);
      if (there != cast.parties.end()) {
        there->kind = "agency";
        there->longitude = administration.longitude;
        there->latitude = administration.latitude;
        continue;
      }
      cast.parties.push_back(
          {agency.name, "agency", agency.name, administration.longitude, administration.latitude});
    }
  }
  for (const v1::UtilityBlock& block : plan.book->blocks())
    cast.blocks.push_back({block.id(), block.title()});
  for (const v1::Agreement& agreement : plan.book->agreements()) {
    RunCast::Agreement made{agreement.id(), agreement.block(), {}};
    for (const v1::AgreementParty& party : agreement.parties()) {
      if (std::ranges::find(made.parties, party.party()) == made.parties.end()) {
        made.parties.push_back(party.party());
      }
    }
    cast.agreements.push_back(std::move(made));
  }
  return cast;
}

Result<void> write_cast(const std::filesystem::path& folder, const RunCast& cast) {
  return write_file(folder / "cast.json", to_json(cast));
}

std::string to_json(const RunCast& cast) {
  Json json{{"parties", Json::array()},
            {"links", Json::array()},
            {"blocks", Json::array()},
            {"agreements", Json::array()},
            {"counts_from_us", cast.counts_from.microseconds}};
  for (const RunCast::Party& party : cast.parties) {
    Json one{{"name", party.name}, {"kind", party.kind}, {"title", party.title}};
    put(one, "longitude", party.longitude);
    put(one, "latitude", party.latitude);
    json["parties"].push_back(std::move(one));
  }
  for (const RunCast::Link& link : cast.links) {
    json["links"].push_back(
        {{"name", link.name}, {"a", link.a}, {"b", link.b}, {"latency_us", link.latency.microseconds}});
  }
  for (const RunCast::Block& block : cast.blocks) {
    json["blocks"].push_back({{"id", block.id}, {"title", block.title}});
  }
  for (const RunCast::Agreement& agreement : cast.agreements) {
    json["agreements"].push_back(
        {{"id", agreement.id}, {"block", agreement.block}, {"parties", agreement.parties}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<RunCast> cast_from_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  const auto broken = [] {
    return failure(v1::FILE_UNREADABLE, "this is no list of who takes part in a run");
  };
  if (!json.is_object()) return broken();
  RunCast cast;
  try {
    for (const Json& one : json.at("parties")) {
      cast.parties.push_back({one.at("name"), one.at("kind"), one.at("title"), number(one, "longitude"),
                              number(one, "latitude")});
    }
    for (const Json& one : json.at("links")) {
      cast.links.push_back({one.at("name"), one.at("a"), one.at("b"), {one.at("latency_us")}});
    }
    for (const Json& one : json.at("blocks")) cast.blocks.push_back({one.at("id"), one.at("title")});
    for (const Json& one : json.at("agreements")) {
      cast.agreements.push_back({one.at("id"), one.at("block"), one.at("parties")});
    }
    cast.counts_from = {json.at("counts_from_us")};
  } catch (const Json::exception&) {
    return broken();
  }
  return cast;
}

}  // namespace gnc::scenarios
