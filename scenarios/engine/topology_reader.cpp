#include "scenarios/engine/topology_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/scenario_names.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;

bool contains(const std::vector<PartyName>& all, const PartyName& name) {
  return std::ranges::find(all, name) != all.end();
}

void read_administrations(const YamlNode& node, std::vector<PartyName>& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    const auto text = model::scalar_text(item, "an administration", mistakes);
    if (!text) continue;
    const auto name = PartyName::from_text(*text);
    if (!name || name->is_gateway() || name->text().size() != 2) {
      mistakes.add_value(item, "an ISO 3166-1 alpha-2 code like NZ");
    } else if (contains(into, *name)) {
      mistakes.add(v1::KEY_VALUE, item.place, fmt::format("{} is there twice", *text), "Name each once.");
    } else {
      into.push_back(*name);
    }
  }
  if (node.items.empty()) mistakes.add_value(node, "at least one administration");
}

// Agencies take part as administrations do: with a node, a link and a certificate of their own.
void read_agencies(const YamlNode& node, std::vector<PartyName>& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    const auto text = model::scalar_text(item, "an agency", mistakes);
    if (!text) continue;
    const auto name = PartyName::from_text(*text);
    if (!name || name->is_gateway() || name->text().size() == 2) {
      mistakes.add_value(item, "an agency like NZ/health");
    } else if (contains(into, *name)) {
      mistakes.add(v1::KEY_VALUE, item.place, fmt::format("{} is there twice", *text), "Name each once.");
    } else {
      into.push_back(*name);
    }
  }
}

void read_bare(const YamlNode& node, Topology& topology, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  ScenarioNames names({});
  names.set_topology(topology);
  for (const YamlNode& item : node.items) {
    const auto party = names.party(item, ScenarioNames::Need::any, mistakes);
    if (!party) continue;
    if (contains(topology.bare, *party)) {
      mistakes.add(v1::KEY_VALUE, item.place, fmt::format("{} is there twice", party->text()),
                   "Name each once.");
    } else {
      topology.bare.push_back(*party);
    }
  }
  if (!topology.bare.empty() && topology.bare.size() == topology.administrations.size()) {
    mistakes.add(v1::KEY_VALUE, node.place, "every administration is bare",
                 "Leave at least one with a node.");
  }
}

// The party of that name; without one, who does take part is said.
std::optional<PartyName> taking_part(const std::string& name, model::YamlPlace place,
                                     const Topology& topology, YamlMistakes& mistakes) {
  auto party = PartyName::from_text(name);
  if (party && contains(topology.administrations, *party)) return *party;
  std::vector<std::string> known;
  for (const PartyName& each : topology.administrations) known.push_back(each.text());
  mistakes.add_unknown_reference(name, place, "administration", views(known));
  return std::nullopt;
}

KeyTable<Topology::External> external_table() {
  KeyTable<Topology::External> table("an external party");
  table
      .key({"port", Kind::whole_number, false, "a free one",
            "Where its system finds the gateway, on 127.0.0.1; the link's delays and faults are in force "
            "there."},
           [](Topology::External& external, const YamlNode& node, YamlMistakes& mistakes) {
             std::uint32_t port = 0;
             if (!model::read_yaml(node, port, mistakes)) return;
             if (port == 0 || port > 65535) return mistakes.add_value(node, "a port from 1 to 65535");
             external.port = static_cast<std::uint16_t>(port);
           })
      .key({"within", Kind::duration, false, "2min", "How long the run waits for it before the first step."},
           [](Topology::External& external, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, external.within, mistakes)) return;
             if (external.within <= Duration{}) mistakes.add_value(node, "a time above zero");
           });
  return table;
}

void read_external(const YamlNode& node, Topology& topology, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "parties, each with what is its own", mistakes)) return;
  topology.external_place = node.place;
  static const auto table = external_table();
  std::set<std::uint16_t> ports;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& [name, place] = node.keys[i];
    const auto party = taking_part(name, place, topology, mistakes);
    if (!party) continue;
    if (contains(topology.bare, *party)) {
      mistakes.add(v1::KEY_VALUE, place, fmt::format("{} is bare, so the run speaks for it", name),
                   "Keep it in one of the two.");
    }
    Topology::External external;
    if (!table.read(node.items[i], external, mistakes)) continue;
    if (external.port != 0 && !ports.insert(external.port).second) {
      mistakes.add(v1::KEY_VALUE, node.items[i].find("port")->place,
                   fmt::format("the port {} is another party's already", external.port),
                   "Give each a port of its own.");
    }
    topology.external.emplace(*party, external);
  }
  if (!topology.external.empty() &&
      std::ranges::none_of(topology.administrations,
                           [&](const PartyName& each) { return topology.has_node(each); })) {
    mistakes.add(v1::KEY_VALUE, node.place, "no administration has a node of the run's",
                 "Leave at least one with a node.");
  }
}

void read_profiles(const YamlNode& node, Topology& topology, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "administrations and the files of their profiles", mistakes)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& [name, place] = node.keys[i];
    const auto party = taking_part(name, place, topology, mistakes);
    if (!party) continue;
    if (contains(topology.bare, *party)) {
      mistakes.add(v1::KEY_VALUE, place, fmt::format("{} is bare, so nobody works by its profile", name));
    } else if (topology.external.contains(*party)) {
      mistakes.add(v1::KEY_VALUE, place,
                   fmt::format("{} is external: its own system decides, and by no profile", name));
    } else {
      model::read_yaml(node.items[i], topology.profiles[*party], mistakes);
    }
  }
}

KeyTable<LinkSettings> link_table() {
  KeyTable<LinkSettings> table("a link");
  for (const LinkKey& key : link_keys()) table.key(key.definition, key.read);
  return table;
}

void read_links(const YamlNode& node, Topology& topology, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "links by name", mistakes)) return;
  const auto table = link_table();
  std::vector<std::string> names{"default"};
  for (const PartyName& party : topology.administrations) names.push_back(link_name(party));
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& [name, place] = node.keys[i];
    const bool known = std::ranges::find(names, name) != names.end();
    if (!known && !topology.administrations.empty()) {
      mistakes.add_unknown_reference(name, place, "link", views(names));
    }
    LinkSettings& link = name == "default" ? topology.default_link : topology.links[name];
    if (table.read(node.items[i], link, mistakes)) check_link(link, node.items[i], mistakes);
  }
}

struct WrittenWorld {
  std::string table;
  std::uint32_t administrations = UINT32_MAX;
};

KeyTable<WrittenWorld> world_table() {
  KeyTable<WrittenWorld> table("a world");
  table
      .key({"table", Kind::text, true, "",
            "A CSV file with the columns administration, weight, latitude, longitude and utc (hours)."},
           &WrittenWorld::table)
      .key({"administrations", Kind::whole_number, false, "all of the table",
            "How many of them take part: the first of the table."},
           [](WrittenWorld& world, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, world.administrations, mistakes)) return;
             if (world.administrations < 2) mistakes.add_value(node, "a number from 2 on");
           });
  return table;
}

void read_written_world(const std::filesystem::path& folder, const YamlNode& node, Topology& topology,
                        YamlMistakes& mistakes) {
  WrittenWorld written;
  if (!world_table().read(node, written, mistakes)) return;
  const auto file = find_table(folder, *node.find("table"), mistakes);
  if (!file) return;
  auto places = read_world(*file, written.administrations);
  if (!places) {
    add_mistakes_of_table(places.error(), mistakes);
    return;
  }
  const YamlNode* asked = node.find("administrations");
  if (asked != nullptr && places->size() < written.administrations) {
    mistakes.add(v1::KEY_VALUE, asked->place, fmt::format("the table has {} administrations", places->size()),
                 "Ask for no more, or add rows to the table.");
  }
  topology.world = std::move(*places);
  for (const WorldPlace& place : topology.world) topology.administrations.push_back(place.name);
}

// Who takes part is said once.
void check_parties(const YamlNode& node, YamlMistakes& mistakes) {
  const YamlNode* named = node.find("administrations");
  const YamlNode* world = node.find("world");
  if (named != nullptr && world != nullptr) {
    mistakes.add(v1::KEY_VALUE, world->place, "the topology has administrations and a world",
                 "Keep one of the two.");
  } else if (named == nullptr && world == nullptr) {
    mistakes.add(v1::KEY_MISSING, node.place, "the topology names no administrations",
                 "Add administrations, or world.");
  }
}

KeyTable<Topology> topology_table(const std::filesystem::path& folder) {
  KeyTable<Topology> table("the topology");
  table
      .key({"design",
            Kind::word,
            false,
            "hub",
            "How the parties are connected: hub is one gateway for all.",
            {"hub"}},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<Design>(node, {{"hub", Design::hub}}, topology.design, mistakes);
           })
      .key({"administrations", Kind::parties, false, "those of the world",
            "The administrations, by ISO 3166-1 alpha-2 code."},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             read_administrations(node, topology.administrations, mistakes);
           })
      .key({"agencies", Kind::parties, false, "none",
            "Agencies beside them, each with a node and a link of its own (NZ/food-gateway)."},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             read_agencies(node, topology.administrations, mistakes);
           })
      .key({"world",
            Kind::section,
            false,
            "the administrations that are named",
            "Administrations of a table that says how much each trades, where it is and in which time zone.",
            {},
            "a world"},
           [folder](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             if (topology.administrations.empty()) read_written_world(folder, node, topology, mistakes);
           })
      .key(
          {"bare", Kind::parties, false, "none",
           "Those of them without a node: the run itself speaks for them, in submit steps and rogue faults."},
          [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
            read_bare(node, topology, mistakes);
          })
      .key({"external",
            Kind::named_sections,
            false,
            "none",
            "Those of them whose own system connects from outside: the run prints where to and waits "
            "(docs/scenarios.md).",
            {},
            "an external party"},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             read_external(node, topology, mistakes);
           })
      .key({"profiles", Kind::values_by_name, false, "none",
            "Files of profiles, by administration: these do customs' work on what they get "
            "(docs/profiles.md)."},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             read_profiles(node, topology, mistakes);
           })
      .key({"links",
            Kind::named_sections,
            false,
            "no delay, no bound",
            "The links, by name (NZ-gateway); default is for all that are not named.",
            {},
            "a link"},
           [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
             read_links(node, topology, mistakes);
           });
  return table;
}

}  // namespace

const std::vector<LinkKey>& link_keys() {
  static const std::vector<LinkKey> keys{
      {{"latency", Kind::duration, false, "0s", "How long a byte travels, each way."},
       [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
         model::read_yaml(node, link.latency, mistakes);
       }},
      {{"jitter", Kind::duration, false, "0s", "By how much the latency varies, up and down."},
       [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
         model::read_yaml(node, link.jitter, mistakes);
       }},
      {{"bandwidth", Kind::bandwidth, false, "no bound", "Bits in a second, each way."},
       [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
         link.bandwidth = parse_bandwidth(node.text);
         if (!link.bandwidth) mistakes.add_value(node, "a bandwidth like 100Mbit");
       }},
      {{"loss", Kind::share, false, "0%",
        "How often a packet is lost, which TCP mends: what comes then is late by stall."},
       [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
         const auto loss = parse_number(node.text);
         if (!loss || *loss < 0 || *loss >= 1) {
           mistakes.add_value(node, "a share from 0% to below 100%");
         } else {
           link.loss = *loss;
         }
       }},
      {{"stall", Kind::duration, false, "200ms", "How long a loss holds up what comes after it."},
       [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
         length_reader<LinkSettings> (&LinkSettings::stall)(link, node, mistakes);
       }}};
  return keys;
}

void check_link(const LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
  if (link.jitter <= link.latency) return;
  const YamlNode* jitter = node.find("jitter");
  mistakes.add(v1::KEY_VALUE, jitter ? jitter->place : node.place,
               "the jitter is more than the latency, so bytes would arrive before they left",
               "Write a jitter up to the latency.");
}

void read_topology(const std::filesystem::path& folder, const YamlNode& node, Topology& topology,
                   YamlMistakes& mistakes) {
  topology_table(folder).read(node, topology, mistakes);
  if (node.kind == YamlNode::Kind::mapping) check_parties(node, mistakes);
}

std::vector<SectionDefinition> topology_language() {
  return {topology_table({}).definition(), world_table().definition(), external_table().definition(),
          link_table().definition()};
}

const LinkSettings& Topology::link_of(const PartyName& party) const {
  const auto found = links.find(link_name(party));
  return found == links.end() ? default_link : found->second;
}

bool Topology::has_node(const PartyName& party) const {
  return !contains(bare, party) && !external.contains(party);
}

std::string node_name(const PartyName& party) {
  std::string name = "node-" + party.text();
  std::ranges::replace(name, '/', '-');
  return name;
}

std::string link_name(const PartyName& party) { return party.text() + "-gateway"; }

}  // namespace gnc::scenarios
