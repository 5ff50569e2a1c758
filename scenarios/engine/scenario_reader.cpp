#include "scenarios/engine/scenario_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"
#include "scenarios/engine/key_table.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;
using Kind = KeyDefinition::Kind;

// Reads one scenario. The tables come in the order in which keys depend on each other, whatever the order
// in the file: the administrations are known when the first step is read.
class ScenarioReader {
 public:
  explicit ScenarioReader(YamlMistakes& mistakes) : mistakes_(mistakes) {}

  void read(const YamlNode& root, Scenario& scenario) {
    scenario_ = &scenario;
    scenario_table().read(root, scenario, mistakes_);
    if (mistakes_.empty() && scenario.steps.empty() && scenario.workloads.empty()) {
      mistakes_.add(v1::KEY_MISSING, root.place, "the scenario does nothing", "Add steps or a workload.");
    }
  }

  std::vector<SectionDefinition> language() {
    return {scenario_table().definition(), topology_table().definition(), link_table().definition(),
            lodge_table().definition(),    await_table().definition(),    workload_table().definition(),
            arrivals_table().definition(), process_table().definition()};
  }

 private:
  // ---- Sections ---------------------------------------------------------------------------------

  KeyTable<Scenario> scenario_table() {
    KeyTable<Scenario> table("the scenario");
    table.key({"scenario", Kind::text, true, "", "What the scenario shows, in a line."}, &Scenario::name)
        .key({"seed", Kind::whole_number, false, "1", "Decides everything that is drawn by chance."},
             &Scenario::seed)
        .key({"topology", Kind::section, true, "", "Who takes part, and the links between them."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               topology_table().read(node, scenario.topology, mistakes);
               check_links(node);
             })
        .key({"agreements", Kind::texts, true, "", "Files of agreements, relative to the scenario's folder."},
             file_list(&Scenario::agreements))
        .key({"blocks", Kind::texts, false, "found beside the agreements, or in ../blocks",
              "Files of the utility blocks that the agreements name."},
             file_list(&Scenario::blocks))
        .key({"steps", Kind::step_list, false, "none", "What happens, one after the other."},
             [this](Scenario&, const YamlNode& node, YamlMistakes&) { read_steps(node); })
        .key({"workload", Kind::workload_list, false, "none",
              "What is lodged by a schedule once the steps are done; all of the list at the same time."},
             [this](Scenario&, const YamlNode& node, YamlMistakes&) { read_workloads(node); })
        .key({"settle", Kind::duration, false, "30s",
              "How long after the last lodgement open exchanges may take to come to their end."},
             &Scenario::settle)
        .key({"processes", Kind::section, false, "", "How the processes of the run are kept."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               process_table().read(node, scenario.processes, mistakes);
             })
        .key({"expect", Kind::expectation_list, false, "none",
              "What must hold in the end: a measure, a comparison, a value."},
             [this](Scenario&, const YamlNode& node, YamlMistakes&) { read_expectations(node); });
    return table;
  }

  KeyTable<Topology> topology_table() {
    KeyTable<Topology> table("the topology");
    table
        .key({"design", Kind::word, false, "hub", "How the parties are connected: hub, one gateway for all."},
             [](Topology& topology, const YamlNode& node, YamlMistakes& mistakes) {
               model::read_word<Design>(node, {{"hub", Design::hub}}, topology.design, mistakes);
             })
        .key({"administrations", Kind::parties, true, "", "The administrations, by ISO 3166-1 alpha-2 code."},
             [this](Topology& topology, const YamlNode& node, YamlMistakes&) {
               read_administrations(topology, node);
             })
        .key({"links", Kind::named_sections, false, "no delay, no bound",
              "The links, by name (NZ-gateway); default is for all that are not named."},
             [this](Topology& topology, const YamlNode& node, YamlMistakes&) { read_links(topology, node); });
    return table;
  }

  KeyTable<LinkSettings> link_table() {
    KeyTable<LinkSettings> table("a link");
    table
        .key({"latency", Kind::duration, false, "0", "How long a byte travels, each way."},
             &LinkSettings::latency)
        .key({"jitter", Kind::duration, false, "0", "By how much the latency varies, up and down."},
             &LinkSettings::jitter)
        .key({"bandwidth", Kind::bandwidth, false, "no bound", "Bits in a second, each way."},
             [](LinkSettings& link, const YamlNode& node, YamlMistakes& mistakes) {
               link.bandwidth = parse_bandwidth(node.text);
               if (!link.bandwidth) mistakes.add_value(node, "a bandwidth like 100Mbit");
             });
    return table;
  }

  KeyTable<LodgeStep> lodge_table() {
    KeyTable<LodgeStep> table("a lodge step");
    table
        .key({"at", Kind::party, true, "", "The administration at whose single window it is lodged."},
             party(&LodgeStep::at))
        .key({"to", Kind::party, true, "", "The administration that it is for."}, party(&LodgeStep::to))
        .key({"documents", Kind::texts, true, "", "Files or patterns (*, ?, **), relative to the scenario."},
             files(&LodgeStep::documents))
        .key({"as", Kind::text, false, "no name", "The name by which later steps speak of these documents."},
             &LodgeStep::as);
    add_choice(table);
    return table;
  }

  KeyTable<AwaitStep> await_table() {
    KeyTable<AwaitStep> table("an await step");
    table.key({"at", Kind::party, true, "", "The administration that receives them."}, party(&AwaitStep::at))
        .key({"receives", Kind::text, true, "", "The name that a lodge step gave its documents (as)."},
             [this](AwaitStep& step, const YamlNode& node, YamlMistakes& mistakes) {
               using model::read_yaml;
               if (read_yaml(node, step.lodgement, mistakes)) check_receives(step, node.place);
             })
        .key({"within", Kind::duration, false, "10s", "How long it may take, from the start of this step."},
             &AwaitStep::within);
    return table;
  }

  // A workload as it stands in the file, before it is one model or another.
  struct WrittenWorkload : Workload {
    std::string written_name;
    std::optional<std::uint64_t> written_count;
    std::optional<Rate> rate;
    std::optional<Duration> length;
  };

  KeyTable<WrittenWorkload> workload_table() {
    KeyTable<WrittenWorkload> table("a workload");
    table.key({"name", Kind::text, true, "", "A name of its own."}, &WrittenWorkload::written_name)
        .key({"from", Kind::party, true, "", "The administration that sends."},
             party<WrittenWorkload>(&WrittenWorkload::from))
        .key({"to", Kind::party, true, "", "The administration that receives."},
             party<WrittenWorkload>(&WrittenWorkload::to))
        .key({"documents", Kind::texts, true, "", "Files or patterns, taken in turn, again and again."},
             files<WrittenWorkload>(&WrittenWorkload::documents))
        .key({"count", Kind::whole_number, false, "as many as arrivals say",
              "How many exchanges. Without arrivals, all at once."},
             &WrittenWorkload::written_count)
        .key({"arrivals", Kind::section, false, "all at once",
              "When they are lodged: a schedule that never waits for the system."},
             [this](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
               arrivals_table().read(node, workload, mistakes);
             });
    add_choice(table);
    return table;
  }

  KeyTable<WrittenWorkload> arrivals_table() {
    KeyTable<WrittenWorkload> table("arrivals");
    table
        .key({"rate", Kind::rate, true, "", "How often, evenly spaced: 200/s, 30/min, 5/h."},
             [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
               workload.rate = parse_rate(node.text);
               if (!workload.rate) mistakes.add_value(node, "a rate like 200/s");
             })
        .key({"for", Kind::duration, false, "until the count is reached", "For how long."},
             &WrittenWorkload::length);
    return table;
  }

  KeyTable<ProcessPolicy> process_table() {
    KeyTable<ProcessPolicy> table("the processes");
    table.key({"restart", Kind::yes_or_no, false, "true",
               "Whether a process that ends by itself is started again, with the same store."},
              &ProcessPolicy::restart);
    return table;
  }

  // What a lodgement and a workload both may say of their exchanges.
  template <class T>
  void add_choice(KeyTable<T>& table) {
    const auto choice = [](std::string ExchangeChoice::*member) {
      return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
        using model::read_yaml;
        read_yaml(node, target.choice.*member, mistakes);
      };
    };
    table
        .key({"flow", Kind::text, false, "the one there is", "The utility block, where several would do."},
             choice(&ExchangeChoice::flow))
        .key({"agreement", Kind::text, false, "the one there is", "The agreement, where several would do."},
             choice(&ExchangeChoice::agreement))
        .key({"message", Kind::text, false, "the block's first", "The block's message."},
             choice(&ExchangeChoice::message))
        .key({"priority", Kind::word, false, "normal", "urgent, normal or bulk."},
             [](T& target, const YamlNode& node, YamlMistakes& mistakes) {
               model::read_word<std::string>(node,
                                             {{"urgent", "urgent"}, {"normal", "normal"}, {"bulk", "bulk"}},
                                             target.priority, mistakes);
             })
        .key({"life", Kind::duration, false, "1h", "How long after its making an envelope expires."},
             [](T& target, const YamlNode& node, YamlMistakes& mistakes) {
               using model::read_yaml;
               read_yaml(node, target.life, mistakes);
             });
  }

  // ---- Values -----------------------------------------------------------------------------------

  template <class T>
  typename KeyTable<T>::Reader party(std::optional<PartyName> T::*member) {
    return [this, member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
      const auto text = model::scalar_text(node, "an administration", mistakes);
      if (!text) return;
      const auto& all = scenario_->topology.administrations;
      std::vector<std::string_view> known;
      for (const PartyName& name : all) {
        if (name.text() == *text) target.*member = name;
        known.push_back(name.text());
      }
      // Where the administrations themselves are wrong, that is said already.
      if (!(target.*member) && !known.empty()) {
        mistakes.add_unknown_reference(*text, node.place, "administration", known);
      }
    };
  }

  // One text, or a list of them.
  template <class T>
  static typename KeyTable<T>::Reader texts(std::vector<std::string> T::*member) {
    return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
      using model::read_yaml;
      if (node.kind == YamlNode::Kind::scalar) {
        target.*member = {node.text};
      } else {
        read_yaml(node, target.*member, mistakes);
      }
      if (node.kind != YamlNode::Kind::null && (target.*member).empty()) mistakes.add_value(node, "a file");
    };
  }

  template <class T>
  static typename KeyTable<T>::Reader files(DocumentSource T::*member) {
    return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
      FileSource source;
      texts (&FileSource::patterns)(source, node, mistakes);
      target.*member = std::move(source);
    };
  }

  KeyTable<Scenario>::Reader file_list(std::vector<std::string> Scenario::*member) {
    return [this, member](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
      texts(member)(scenario, node, mistakes);
      const auto& places = node.items;
      for (std::size_t i = 0; i < (scenario.*member).size(); ++i) {
        const std::string& name = (scenario.*member)[i];
        std::error_code ignored;
        if (std::filesystem::is_regular_file(scenario_->folder() / name, ignored)) continue;
        mistakes.add(v1::REFERENCE_UNKNOWN, i < places.size() ? places[i].place : node.place,
                     fmt::format("there is no file {}", (scenario_->folder() / name).string()),
                     "Correct the path; it is relative to the scenario's folder.");
      }
    };
  }

  void read_administrations(Topology& topology, const YamlNode& node) {
    if (!model::expect_sequence(node, mistakes_)) return;
    for (const YamlNode& item : node.items) {
      const auto text = model::scalar_text(item, "an administration", mistakes_);
      if (!text) continue;
      const auto name = PartyName::from_text(*text);
      if (!name || name->is_gateway() || name->text().size() != 2) {
        mistakes_.add_value(item, "an ISO 3166-1 alpha-2 code like NZ");
      } else if (std::find(topology.administrations.begin(), topology.administrations.end(), *name) !=
                 topology.administrations.end()) {
        mistakes_.add(v1::KEY_VALUE, item.place, fmt::format("{} is there twice", *text), "Name each once.");
      } else {
        topology.administrations.push_back(*name);
      }
    }
    if (node.items.empty()) mistakes_.add_value(node, "at least one administration");
  }

  void read_links(Topology& topology, const YamlNode& node) {
    if (!model::expect_mapping(node, "links by name", mistakes_)) return;
    const auto table = link_table();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string& name = node.keys[i].first;
      table.read(node.items[i], name == "default" ? topology.default_link : topology.links[name], mistakes_);
    }
  }

  void check_links(const YamlNode& topology) {
    const YamlNode* links = topology.find("links");
    if (links == nullptr || scenario_->topology.administrations.empty()) return;
    std::vector<std::string> names{"default"};
    for (const PartyName& party : scenario_->topology.administrations) names.push_back(link_name(party));
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const auto& [name, place] : links->keys) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        mistakes_.add_unknown_reference(name, place, "link", known);
      }
    }
  }

  // ---- Lists ------------------------------------------------------------------------------------

  void read_steps(const YamlNode& node) {
    if (!model::expect_sequence(node, mistakes_)) return;
    for (const YamlNode& item : node.items) {
      if (item.kind != YamlNode::Kind::mapping || item.keys.size() != 1) {
        mistakes_.add_value(item, "one of lodge, await and pause");
        continue;
      }
      Step step;
      step.place = item.place;
      const std::string& kind = item.keys[0].first;
      const YamlNode& value = item.items[0];
      if (kind == "lodge") {
        read_lodge(step.action.emplace<LodgeStep>(), value);
      } else if (kind == "await") {
        await_table().read(value, step.action.emplace<AwaitStep>(), mistakes_);
      } else if (kind == "pause") {
        using model::read_yaml;
        read_yaml(value, step.action.emplace<PauseStep>().length, mistakes_);
      } else {
        mistakes_.add_unknown_key(kind, item.keys[0].second, "a step", {"lodge", "await", "pause"});
      }
      scenario_->steps.push_back(std::move(step));
    }
  }

  void read_lodge(LodgeStep& step, const YamlNode& node) {
    lodge_table().read(node, step, mistakes_);
    check_parties_differ(step.at, step.to, node.place);
    if (step.as.empty()) return;
    if (!recipients_.emplace(step.as, step.to).second) {
      mistakes_.add(v1::KEY_VALUE, node.place, fmt::format("there are documents named {} already", step.as),
                    "Give each lodge step a name of its own.");
    }
  }

  void check_receives(const AwaitStep& step, YamlPlace place) {
    const auto found = recipients_.find(step.lodgement);
    if (found == recipients_.end()) {
      std::vector<std::string_view> known;
      for (const auto& [name, to] : recipients_) known.push_back(name);
      mistakes_.add_unknown_reference(step.lodgement, place, "set of documents lodged before", known);
    } else if (step.at && found->second && *step.at != *found->second) {
      mistakes_.add(v1::KEY_VALUE, place,
                    fmt::format("{} was lodged to {}, not to {}", step.lodgement, found->second->text(),
                                step.at->text()),
                    fmt::format("Await it at {}.", found->second->text()));
    }
  }

  void check_parties_differ(const std::optional<PartyName>& from, const std::optional<PartyName>& to,
                            YamlPlace place) {
    if (!from || from != to) return;
    mistakes_.add(v1::KEY_VALUE, place, fmt::format("{} would send to itself", from->text()),
                  "Name another recipient.");
  }

  void read_workloads(const YamlNode& node) {
    if (!model::expect_sequence(node, mistakes_)) return;
    const auto table = workload_table();
    std::set<std::string> names;
    for (const YamlNode& item : node.items) {
      WrittenWorkload workload;
      workload.place = item.place;
      const bool right = table.read(item, workload, mistakes_);
      workload.name = workload.written_name;
      check_parties_differ(workload.from, workload.to, item.place);
      if (right && !names.insert(workload.name).second) {
        mistakes_.add(v1::KEY_VALUE, item.place, fmt::format("there is a workload {} already", workload.name),
                      "Give each workload a name of its own.");
      }
      if (right && !workload.written_count && !workload.length) {
        mistakes_.add(v1::KEY_MISSING, item.place, fmt::format("workload {} has no end", workload.name),
                      workload.rate ? "Add count, or for to its arrivals." : "Add count, or arrivals.");
      }
      if (right && workload.written_count && workload.length) {
        mistakes_.add(v1::KEY_VALUE, item.place, fmt::format("workload {} has two ends", workload.name),
                      "Say count or for, not both.");
      }
      if (workload.rate) {
        const RateStage stage{workload.rate, *workload.rate, workload.length.value_or(Duration{})};
        workload.model = Arrivals{{stage}, workload.written_count, Spacing::even};
      } else {
        workload.model = Burst{workload.written_count.value_or(0)};
      }
      scenario_->workloads.push_back(std::move(workload));
    }
  }

  void read_expectations(const YamlNode& node) {
    if (!model::expect_sequence(node, mistakes_)) return;
    for (const YamlNode& item : node.items) {
      const auto text = model::scalar_text(item, "an expectation like exchange.lost == 0", mistakes_);
      if (!text) continue;
      auto expectation = parse_expectation(*text);
      if (!expectation) {
        mistakes_.add(expectation.error().code, item.place, expectation.error().detail,
                      expectation.error().remedy);
        continue;
      }
      expectation->place = item.place;
      scenario_->expectations.push_back(std::move(*expectation));
    }
  }

  YamlMistakes& mistakes_;
  Scenario* scenario_ = nullptr;
  std::map<std::string, std::optional<PartyName>> recipients_;  // by the name of the documents
};

}  // namespace

const LinkSettings& Topology::link_of(const PartyName& party) const {
  const auto found = links.find(link_name(party));
  return found == links.end() ? default_link : found->second;
}

std::string link_name(const PartyName& party) { return party.text() + "-gateway"; }

tl::expected<Scenario, std::vector<Error>> parse_scenario(std::string text,
                                                          const std::filesystem::path& file) {
  YamlMistakes mistakes(file.string());
  Scenario scenario;
  scenario.file = file;
  if (const auto root = model::parse_yaml(text, mistakes)) ScenarioReader(mistakes).read(*root, scenario);
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  scenario.text = std::move(text);
  return scenario;
}

tl::expected<Scenario, std::vector<Error>> read_scenario(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file)) {
    return tl::unexpected(std::vector<Error>{{v1::FILE_UNREADABLE,
                                              fmt::format("the scenario {} cannot be read", file.string()),
                                              file.string(),
                                              {}}});
  }
  return parse_scenario(std::move(text).str(), file);
}

std::vector<SectionDefinition> scenario_language() {
  YamlMistakes none("");
  return ScenarioReader(none).language();
}

std::string_view kind_words(KeyDefinition::Kind kind) {
  switch (kind) {
    case Kind::text:
      return "text";
    case Kind::whole_number:
      return "whole number";
    case Kind::yes_or_no:
      return "true or false";
    case Kind::duration:
      return "duration";
    case Kind::bandwidth:
      return "bandwidth";
    case Kind::rate:
      return "rate";
    case Kind::party:
      return "administration";
    case Kind::word:
      return "word";
    case Kind::texts:
      return "text or list of texts";
    case Kind::parties:
      return "list of administrations";
    case Kind::section:
      return "section";
    case Kind::named_sections:
      return "sections by name";
    case Kind::step_list:
      return "list of steps";
    case Kind::workload_list:
      return "list of workloads";
    case Kind::expectation_list:
      return "list of expectations";
  }
  return "";
}

}  // namespace gnc::scenarios
