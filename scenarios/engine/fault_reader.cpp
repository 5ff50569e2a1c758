#include "scenarios/engine/fault_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/topology_reader.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;
using Need = ScenarioNames::Need;

constexpr std::uint32_t most_attacks = 10'000;

// A fault as it stands in the file, before it is one kind or another.
struct WrittenFault {
  std::optional<Duration> at, length;
  std::string name;
  std::optional<std::string> link, process;
  LinkSettings settings;
  Duration up{}, down{}, delay{}, by{};
  LinkDirection direction = LinkDirection::both;
  std::optional<PartyName> party, to, impersonated;
  RoguePeer::Kind rogue{};
  std::uint32_t count = 1;
};

using Table = KeyTable<WrittenFault>;

enum class Length { none, free, required };

struct FaultKind {
  const char* key;
  Kind takes;
  const char* meaning;
  Length length;
  void (*add_keys)(Table&, ScenarioNames*);
  // Empty where what it needs was not read right.
  std::optional<Fault> (*make)(const WrittenFault&);
};

template <class What>
Fault fault(What what) {
  return {std::move(what), {}, {}, {}};
}

template <class What>
std::optional<Fault> of_link(const WrittenFault& written) {
  if (!written.link) return std::nullopt;
  return fault(What{*written.link});
}

template <class What>
std::optional<Fault> of_process(const WrittenFault& written) {
  if (!written.process) return std::nullopt;
  return fault(What{*written.process});
}

template <CertificateFault::Kind Which>
std::optional<Fault> of_certificate(const WrittenFault& written) {
  if (!written.party) return std::nullopt;
  return fault(CertificateFault{Which, *written.party});
}

void no_keys(Table&, ScenarioNames*) {}

void add_degrade_keys(Table& table, ScenarioNames*) {
  for (const LinkKey& key : link_keys()) {
    KeyDefinition definition = key.definition;
    definition.standard = "as the link has it";
    table.key(std::move(definition),
              [read = key.read](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
                read(written.settings, node, mistakes);
              });
  }
}

void add_flap_keys(Table& table, ScenarioNames*) {
  table
      .key({"up", Kind::duration, true, "", "How long it is whole each time."},
           length_reader<WrittenFault>(&WrittenFault::up))
      .key({"down", Kind::duration, true, "", "How long it is cut each time."},
           length_reader<WrittenFault>(&WrittenFault::down));
}

void add_black_hole_keys(Table& table, ScenarioNames*) {
  table.key({"direction",
             Kind::word,
             false,
             "both",
             "What passes no longer: up is towards the gateway.",
             {"both", "up", "down"}},
            [](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
              model::read_word<LinkDirection>(
                  node,
                  {{"both", LinkDirection::both}, {"up", LinkDirection::up}, {"down", LinkDirection::down}},
                  written.direction, mistakes);
            });
}

void add_slow_keys(Table& table, ScenarioNames*) {
  table.key({"delay", Kind::duration, true, "", "How long its business takes for each document."},
            length_reader<WrittenFault>(&WrittenFault::delay));
}

void add_skew_keys(Table& table, ScenarioNames*) {
  table.key({"by", Kind::signed_duration, true, "", "How far its clock is ahead, or with - behind."},
            [](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
              const bool behind = node.text.starts_with('-');
              const auto length = model::parse_duration(std::string_view(node.text).substr(behind ? 1 : 0));
              if (!length || *length == Duration{}) {
                mistakes.add_value(node, "a duration like 90s or -90s");
              } else {
                written.by = behind ? Duration{} - *length : *length;
              }
            });
}

void add_rogue_keys(Table& table, ScenarioNames* names) {
  const auto party = [names](std::optional<PartyName> WrittenFault::*member, Need need) {
    return [names, member, need](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
      written.*member = names->party(node, need, mistakes);
    };
  };
  table
      .key({"as", Kind::party, true, "", "The bare administration that attacks."},
           party(&WrittenFault::party, Need::bare))
      .key({"to", Kind::party, true, "", "Whom it is aimed at."}, party(&WrittenFault::to, Need::any))
      .key({"in-the-name-of", Kind::party, false, "its own; impersonate must have it",
            "Whose name stands in the envelopes."},
           party(&WrittenFault::impersonated, Need::any))
      .key({"count", Kind::whole_number, false, "1", "How many attacks, one after the other."},
           [](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, written.count, mistakes)) return;
             if (written.count < 1 || written.count > most_attacks) {
               mistakes.add_value(node, fmt::format("a number from 1 to {}", most_attacks));
             }
           });
}

const std::vector<FaultKind>& kinds() {
  static const std::vector<FaultKind> all{
      {"cut", Kind::link, "The link whose connections are closed, and which takes no new ones.", Length::free,
       no_keys, of_link<CutLink>},
      {"degrade", Kind::link, "The link that is worse for a while.", Length::free, add_degrade_keys,
       [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.link) return std::nullopt;
         return fault(DegradeLink{*written.link, written.settings});
       }},
      {"flap", Kind::link, "The link that is cut and whole again and again.", Length::free, add_flap_keys,
       [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.link) return std::nullopt;
         return fault(FlapLink{*written.link, written.up, written.down});
       }},
      {"black-hole", Kind::link, "The link whose connections stay open while nothing passes.", Length::free,
       add_black_hole_keys,
       [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.link) return std::nullopt;
         return fault(BlackHoleLink{*written.link, written.direction});
       }},
      {"reset", Kind::link, "The link whose connections are reset (RST), once.", Length::none, no_keys,
       of_link<ResetLink>},
      {"kill", Kind::process,
       "The process that is killed (SIGKILL); with for, it stays away that long, else it is started again at "
       "once.",
       Length::free, no_keys, of_process<KillProcess>},
      {"freeze", Kind::process, "The process that is stopped (SIGSTOP) and continued (SIGCONT).",
       Length::required, no_keys, of_process<FreezeProcess>},
      {"restart", Kind::process, "The process that is ended gracefully and started again.", Length::none,
       no_keys, of_process<RestartProcess>},
      {"disk-error", Kind::process, "The process whose store fails to write.", Length::free, no_keys,
       of_process<DiskError>},
      {"slow", Kind::party, "The administration whose business is slow.", Length::free, add_slow_keys,
       [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.party) return std::nullopt;
         return fault(SlowConsumer{*written.party, written.delay});
       }},
      {"revoke", Kind::party, "The party whose certificate is revoked.", Length::none, no_keys,
       of_certificate<CertificateFault::Kind::revoke>},
      {"expire", Kind::party, "The party whose certificate is replaced by one that is over.", Length::none,
       no_keys, of_certificate<CertificateFault::Kind::expire>},
      {"rotate", Kind::party, "The party, or gateway/hub, whose certificate is replaced by a new one.",
       Length::none, no_keys, of_certificate<CertificateFault::Kind::rotate>},
      {"skew", Kind::process, "The process whose clock is wrong.", Length::free, add_skew_keys,
       [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.process) return std::nullopt;
         return fault(SkewClock{*written.process, written.by});
       }},
      {"rogue", Kind::word,
       "What a bare administration does: alter a sealed byte, send again what was sent, or speak for "
       "another.",
       Length::none, add_rogue_keys, [](const WrittenFault& written) -> std::optional<Fault> {
         if (!written.party || !written.to) return std::nullopt;
         return fault(
             RoguePeer{written.rogue, *written.party, written.impersonated, *written.to, written.count});
       }}};
  return all;
}

// Reads what the kind befalls.
Table::Reader target_reader(const FaultKind& kind, ScenarioNames* names) {
  return [&kind, names](WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
    const std::string_view key = kind.key;
    if (kind.takes == Kind::link) {
      written.link = names->link(node, mistakes);
      if (written.link) written.settings = names->link_settings(*written.link);
    } else if (kind.takes == Kind::process) {
      written.process = names->process(node, mistakes);
    } else if (kind.takes == Kind::word) {
      model::read_word<RoguePeer::Kind>(node,
                                        {{"tamper", RoguePeer::Kind::tamper},
                                         {"replay", RoguePeer::Kind::replay},
                                         {"impersonate", RoguePeer::Kind::impersonate}},
                                        written.rogue, mistakes);
    } else if (key == "rotate" && node.text == "gateway/hub") {
      written.party = PartyName::from_text(node.text);
    } else {
      written.party = names->party(node, key == "slow" ? Need::node : Need::any, mistakes);
    }
  };
}

Table table_of(const FaultKind& kind, ScenarioNames* names, bool timed) {
  Table table(fmt::format("a {} fault", kind.key));
  if (timed) {
    table.key({"at", Kind::duration, true, "",
               "When it begins, from the beginning of the workloads; without any, of the steps."},
              &WrittenFault::at);
  }
  KeyDefinition target{kind.key, kind.takes, true, "", kind.meaning};
  if (kind.takes == Kind::word) target.words = {"tamper", "replay", "impersonate"};
  table.key(std::move(target), target_reader(kind, names));
  kind.add_keys(table, names);
  if (kind.length != Length::none) {
    table.key({"for", Kind::duration, kind.length == Length::required, "to the end",
               "How long, until all is well again."},
              length_reader<WrittenFault>(&WrittenFault::length));
  }
  if (timed) {
    table.key({"name", Kind::text, false, "none", "Makes a phase of it, of which expectations can speak."},
              &WrittenFault::name);
  }
  return table;
}

// What one key of a fault says of another.
void check(const FaultKind& kind, const WrittenFault& written, const YamlNode& node, YamlMistakes& mistakes) {
  const std::string_view key = kind.key;
  if (key == "degrade") {
    const bool changes =
        std::ranges::any_of(link_keys(), [&](const LinkKey& k) { return node.find(k.definition.name); });
    if (!changes) {
      mistakes.add(v1::KEY_MISSING, node.place, "the fault changes nothing about the link",
                   "Add latency, jitter, bandwidth, loss or stall.");
    }
    check_link(written.settings, node, mistakes);
  }
  if (key != "rogue") return;
  const bool impersonates = written.rogue == RoguePeer::Kind::impersonate;
  if (impersonates && !node.find("in-the-name-of")) {
    mistakes.add(v1::KEY_MISSING, node.place, "nobody is named to impersonate", "Add in-the-name-of.");
  }
  if (!impersonates && node.find("in-the-name-of")) {
    mistakes.add(v1::KEY_VALUE, node.find("in-the-name-of")->place,
                 "only impersonate speaks in another's name", "Leave it out, or write rogue: impersonate.");
  }
  if (written.party && written.impersonated == written.party) {
    mistakes.add(v1::KEY_VALUE, node.find("in-the-name-of")->place,
                 fmt::format("{} would speak in its own name", written.party->text()), "Name another.");
  }
  if (written.party && written.to == written.party) {
    mistakes.add(v1::KEY_VALUE, node.find("to")->place,
                 fmt::format("{} would send to itself", written.party->text()), "Name another recipient.");
  }
}

const FaultKind* kind_of(const YamlNode& node, YamlMistakes& mistakes) {
  if (!model::expect_mapping(node, "a fault like {cut: NZ-gateway, for: 5s}", mistakes)) return nullptr;
  const FaultKind* found = nullptr;
  for (const auto& [name, place] : node.keys) {
    const auto kind =
        std::ranges::find_if(kinds(), [&name = name](const FaultKind& k) { return name == k.key; });
    if (kind == kinds().end()) continue;
    if (found != nullptr) {
      mistakes.add(v1::KEY_VALUE, place, fmt::format("{} and {} in one fault", found->key, name),
                   "Write one fault for each.");
      return nullptr;
    }
    found = &*kind;
  }
  if (found != nullptr) return found;
  const std::vector<std::string_view> known = views(fault_kinds());
  for (const auto& [name, place] : node.keys) {
    if (name == "at" || name == "for" || name == "name") continue;
    mistakes.add_unknown_key(name, place, "a fault", known);
    return nullptr;
  }
  mistakes.add(v1::KEY_MISSING, node.place, "the fault does nothing",
               fmt::format("Add one of {}.", fmt::join(known, ", ")));
  return nullptr;
}

std::optional<TimedFault> read_one(ScenarioNames& names, const YamlNode& node, bool timed,
                                   YamlMistakes& mistakes) {
  const FaultKind* kind = kind_of(node, mistakes);
  if (kind == nullptr) return std::nullopt;
  WrittenFault written;
  const bool right = table_of(*kind, &names, timed).read(node, written, mistakes);
  if (right) check(*kind, written, node, mistakes);
  if (!written.name.empty()) names.add_phase(written.name, node.find("name")->place, mistakes);
  auto made = kind->make(written);
  if (!made) return std::nullopt;
  made->length = written.length;
  made->name = written.name;
  made->place = node.place;
  return TimedFault{written.at.value_or(Duration{}), std::move(*made)};
}

}  // namespace

void read_faults(ScenarioNames& names, const YamlNode& node, std::vector<TimedFault>& into,
                 YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    if (auto read = read_one(names, item, true, mistakes)) into.push_back(std::move(*read));
  }
}

void read_fault_step(ScenarioNames& names, const YamlNode& node, std::optional<Fault>& into,
                     YamlMistakes& mistakes) {
  if (auto read = read_one(names, node, false, mistakes)) into = std::move(read->fault);
}

const std::vector<std::string>& fault_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const FaultKind& kind : kinds()) all.emplace_back(kind.key);
    return all;
  }();
  return names;
}

std::vector<SectionDefinition> fault_language() {
  std::vector<SectionDefinition> sections;
  for (const FaultKind& kind : kinds()) sections.push_back(table_of(kind, nullptr, true).definition());
  return sections;
}

}  // namespace gnc::scenarios
