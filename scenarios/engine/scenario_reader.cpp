#include "scenarios/engine/scenario_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/definition_kind.h"
#include "scenarios/engine/document_reader.h"
#include "scenarios/engine/expectation_reader.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/key_table.h"
#include "scenarios/engine/schedule.h"
#include "scenarios/engine/step_reader.h"
#include "scenarios/engine/story_reader.h"
#include "scenarios/engine/topology_reader.h"
#include "scenarios/engine/virtual_settings_reader.h"
#include "scenarios/engine/workload_reader.h"
#include "scenarios/engine/yaml_override.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;

struct BusinessClock {
  double factor = 1;
};

KeyTable<BusinessClock> clock_table() {
  KeyTable<BusinessClock> table("the clock");
  table.key({"business", Kind::factor, false, "1x",
             "Divides the durations of business (life, time to answer); network time is real."},
            [](BusinessClock& clock, const YamlNode& node, YamlMistakes& mistakes) {
              const auto factor = parse_factor(node.text);
              if (!factor) mistakes.add_value(node, "a factor like 3600x");
              clock.factor = factor.value_or(1);
            });
  return table;
}

KeyTable<ChecklistChoice> checklist_table() {
  KeyTable<ChecklistChoice> table("the checklist");
  table
      .key({"file", Kind::text, false, "the checklists of the profiles",
            "The checklist, relative to the scenario's folder. A profile that names one of its own goes by "
            "that."},
           [](ChecklistChoice& choice, const YamlNode& node, YamlMistakes& mistakes) {
             choice.place = node.place;
             model::read_yaml(node, choice.file, mistakes);
           })
      .key({"every", Kind::duration, false, "the run is one period",
            "How long a period is in which each is looked at anew; the business clock divides it."},
           [](ChecklistChoice& choice, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, choice.every.emplace(), mistakes) && *choice.every <= Duration{})
               mistakes.add_value(node, "a duration above zero");
           });
  return table;
}

constexpr std::uint32_t most_credit = 1'000'000;

KeyTable<ProcessPolicy> process_table() {
  KeyTable<ProcessPolicy> table("the processes");
  table
      .key({"restart", Kind::yes_or_no, false, "true",
            "Whether a process that ends by itself is started again, with the same store."},
           &ProcessPolicy::restart)
      .key({"nodes",
            Kind::word,
            false,
            "together",
            "One process for all nodes (nodes), or one for each (node-NZ, node-CN).",
            {"together", "each"}},
           [](ProcessPolicy& policy, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<bool>(node, {{"together", false}, {"each", true}}, policy.node_each, mistakes);
           })
      .key({"credit", Kind::whole_number, false, "4096",
            "How many envelopes the gateway may have under way to each node."},
           [](ProcessPolicy& policy, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, policy.credit, mistakes)) return;
             if (policy.credit < 1 || policy.credit > most_credit) {
               mistakes.add_value(node, fmt::format("a number from 1 to {}", most_credit));
             }
           });
  return table;
}

KeyTable<Phase> phase_table() {
  KeyTable<Phase> table("a phase");
  table
      .key({"from", Kind::duration, false, "0s", "When it begins, counted as at of faults is."}, &Phase::from)
      .key({"to", Kind::duration, false, "the end of the run", "When it ends."}, &Phase::to);
  return table;
}

// The tables read keys in their own order, whatever the order in the file: what is referred to is known
// before what refers to it.
class ScenarioReader {
 public:
  ScenarioReader(Scenario& scenario, YamlMistakes& mistakes)
      : scenario_(scenario), mistakes_(mistakes), names_(scenario.folder()) {
    names_.set_topology(scenario.topology);
  }

  void read(const YamlNode& root) {
    if (!model::expect_kind(model::DefinitionKind::scenario, root, mistakes_)) return;
    table().read(root, scenario_, mistakes_);
    if (mistakes_.empty() && scenario_.steps.empty() && scenario_.workloads.empty()) {
      mistakes_.add(v1::KEY_MISSING, root.place, "the scenario does nothing", "Add steps or a workload.");
    }
    if (mistakes_.empty()) check_times();
  }

  KeyTable<Scenario> table() {
    KeyTable<Scenario> table("the scenario");
    table.key({"scenario", Kind::text, true, "", "What the scenario shows, in a line."}, &Scenario::name)
        .key({"seed", Kind::whole_number, false, "1", "Decides everything that is drawn by chance."},
             &Scenario::seed)
        .key({"clock", Kind::section, false, "real", "How fast business time goes.", {}, "the clock"},
             [](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               BusinessClock clock;
               clock_table().read(node, clock, mistakes);
               scenario.business_clock = clock.factor;
             })
        .key({"topology",
              Kind::section,
              true,
              "",
              "Who takes part, and the links between them.",
              {},
              "the topology"},
             [](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_topology(scenario.folder(), node, scenario.topology, mistakes);
             })
        .key({"agreements", Kind::texts, true, "", "Files of agreements, relative to the scenario's folder."},
             file_list(&Scenario::agreements))
        .key({"blocks", Kind::texts, false, "found beside the agreements, or in ../blocks",
              "Files of the utility blocks that the agreements name."},
             file_list(&Scenario::blocks))
        .key({"processes",
              Kind::section,
              false,
              "one for all nodes, kept alive",
              "How the processes of the run are kept.",
              {},
              "the processes"},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               process_table().read(node, scenario.processes, mistakes);
               names_.set_node_each(scenario.processes.node_each);
             })
        .key({"steps", Kind::steps, false, "none", "What happens, one after the other."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_steps(names_, node, scenario.steps, mistakes);
             })
        .key({"workload",
              Kind::sections,
              false,
              "none",
              "What is lodged by a schedule once the steps are done; all of the list at the same time.",
              {},
              "a workload"},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_workloads(names_, node, scenario.workloads, mistakes);
             })
        .key({"faults", Kind::faults, false, "none", "What goes wrong on purpose, by the clock."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_faults(names_, node, scenario.faults, mistakes);
             })
        .key({"phases",
              Kind::named_sections,
              false,
              "the named faults",
              "Parts of the run that expectations can speak of, by name.",
              {},
              "a phase"},
             [this](Scenario&, const YamlNode& node, YamlMistakes&) { read_phases(node); })
        .key({"warm-up", Kind::warm_up, false, "none",
              "What is left out of latencies and rates: a time, or auto (found by MSER-5)."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               warm_up_place_ = node.place;
               read_warm_up(node, scenario.warm_up, mistakes);
             })
        .key({"virtual",
              Kind::section,
              false,
              "as the live world has it",
              "Settings for the virtual world alone.",
              {},
              "the virtual world"},
             [](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_virtual_settings(node, scenario.virtual_world, mistakes);
             })
        .key({"real-time", Kind::duration, false, "1s",
              "Within what time of the one intended a document must arrive to have come in real time."},
             [](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               if (!model::read_yaml(node, scenario.real_time, mistakes)) return;
               if (scenario.real_time <= Duration{}) mistakes.add_value(node, "a duration above zero");
             })
        .key({"checklist",
              Kind::section,
              false,
              "none",
              "What administrations and traders are held against: how far they are digital customs.",
              {},
              "the checklist"},
             [](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               scenario.checklist.emplace().section_place = node.place;
               checklist_table().read(node, *scenario.checklist, mistakes);
             })
        .key({"settle", Kind::duration, false, "30s",
              "How long after the last lodgement open exchanges may take to come to their end."},
             &Scenario::settle)
        .key({"expect", Kind::expectations, false, "none",
              "What must hold in the end: a measure, a comparison, a value."},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_expectations(names_, node, scenario.expectations, mistakes);
             })
        .key({"story",
              Kind::sections,
              false,
              "none",
              "What the training page tells those who watch.",
              {},
              "a step of the story"},
             [this](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
               read_story(names_, node, scenario.story, mistakes);
             })
        .key({"titles", Kind::values_by_name, false, "none",
              "What the scenario is called in other languages, by their tags; the training page shows it."},
             check_wording)
        .key({"about", Kind::values_by_name, false, "none",
              "What it is about in other languages, in a sentence, as the comment at its head says it in its "
              "own; the training page shows it."},
             check_wording);
    return table;
  }

 private:
  // No run depends on it: the training page reads it of the text, as it does the comment.
  static void check_wording(Scenario&, const YamlNode& node, YamlMistakes& mistakes) {
    Wording checked;
    read_wording(node, checked, mistakes);
  }

  KeyTable<Scenario>::Reader file_list(std::vector<std::string> Scenario::*member) {
    return [member](Scenario& scenario, const YamlNode& node, YamlMistakes& mistakes) {
      read_texts(node, "a file", scenario.*member, mistakes);
      const auto& places = node.items;
      for (std::size_t i = 0; i < (scenario.*member).size(); ++i) {
        const std::string& name = (scenario.*member)[i];
        std::error_code ignored;
        if (name.empty() || std::filesystem::is_regular_file(scenario.folder() / name, ignored)) continue;
        mistakes.add(v1::REFERENCE_UNKNOWN, i < places.size() ? places[i].place : node.place,
                     fmt::format("there is no file {}", (scenario.folder() / name).string()),
                     "Correct the path; it is relative to the scenario's folder.");
      }
    };
  }

  void read_phases(const YamlNode& node) {
    if (!model::expect_mapping(node, "phases by name", mistakes_)) return;
    const auto table = phase_table();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto& [name, place] = node.keys[i];
      Phase phase;
      names_.add_phase(name, place, mistakes_);
      if (!table.read(node.items[i], phase, mistakes_)) continue;
      if (phase.to && *phase.to <= phase.from) {
        mistakes_.add(v1::KEY_VALUE, node.items[i].find("to")->place,
                      fmt::format("the phase {} ends before it begins", name), "Write a later to.");
      }
      scenario_.phases[name] = phase;
    }
  }

  static void read_warm_up(const YamlNode& node, WarmUp& warm_up, YamlMistakes& mistakes) {
    const auto length = model::parse_duration(node.text);
    if (node.text == "auto") {
      warm_up.kind = WarmUp::Kind::found;
    } else if (length) {
      warm_up = {WarmUp::Kind::given, *length};
    } else {
      mistakes.add_value(node, "a duration like 5s, or auto");
    }
  }

  // When the last workload is over; empty where that is not known before the run.
  std::optional<Duration> end_of_workloads() const {
    if (scenario_.workloads.empty()) return std::nullopt;
    Duration end{};
    for (const Workload& workload : scenario_.workloads) {
      end = std::max(end, workload.start + length_of(workload));
    }
    return end;
  }

  void check_times() {
    const auto end = end_of_workloads();
    if (!end) return;
    const auto place_after = [&](model::YamlPlace place, Duration at, std::string_view what) {
      if (at <= *end + scenario_.settle) return;
      mistakes_.add(v1::KEY_VALUE, place,
                    fmt::format("{} would begin after {}, and the workloads are over after {}", what,
                                duration_text(at), duration_text(*end)),
                    "Let it begin earlier, or let a workload go on longer.");
    };
    const WarmUp& warm_up = scenario_.warm_up;
    if (warm_up.kind == WarmUp::Kind::given && warm_up.length > Duration{} && warm_up.length >= *end) {
      mistakes_.add(
          v1::KEY_VALUE, warm_up_place_,
          fmt::format("the warm-up of {} leaves nothing to measure: the workloads are over after {}",
                      duration_text(warm_up.length), duration_text(*end)),
          "Give a shorter warm-up, or let a workload go on longer.");
    }
    for (const TimedFault& fault : scenario_.faults) place_after(fault.fault.place, fault.at, "the fault");
    for (const auto& [name, phase] : scenario_.phases) {
      place_after(names_.phases().at(name), phase.from, fmt::format("the phase {}", name));
    }
  }

  Scenario& scenario_;
  YamlMistakes& mistakes_;
  ScenarioNames names_;
  model::YamlPlace warm_up_place_;
};

Error unreadable(const std::filesystem::path& file) {
  return {
      v1::FILE_UNREADABLE, fmt::format("the scenario {} cannot be read", file.string()), file.string(), {}};
}

}  // namespace

ReadScenario read_what_is_right(std::string text, const std::filesystem::path& file,
                                const ReadOptions& options) {
  YamlMistakes mistakes(file.string());
  ReadScenario read;
  read.scenario.file = file;
  if (auto root = model::parse_yaml(text, mistakes)) {
    for (const std::string& written : options.overrides) apply_override(written, *root, mistakes);
    ScenarioReader(read.scenario, mistakes).read(*root);
  }
  read.mistakes = mistakes.take();
  for (const std::string& written : options.overrides) {
    text += fmt::format("{}# Played with --set {}\n", text.ends_with('\n') ? "" : "\n", printable(written));
  }
  read.scenario.text = std::move(text);
  return read;
}

tl::expected<Scenario, std::vector<Error>> parse_scenario(std::string text, const std::filesystem::path& file,
                                                          const ReadOptions& options) {
  ReadScenario read = read_what_is_right(std::move(text), file, options);
  if (!read.mistakes.empty()) return tl::unexpected(std::move(read.mistakes));
  return std::move(read.scenario);
}

tl::expected<Scenario, std::vector<Error>> read_scenario(const std::filesystem::path& file,
                                                         const ReadOptions& options) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file)) return tl::unexpected(std::vector{unreadable(file)});
  return parse_scenario(std::move(text).str(), file, options);
}

std::vector<SectionDefinition> scenario_language() {
  Scenario none;
  YamlMistakes no_mistakes("");
  std::vector<SectionDefinition> sections{ScenarioReader(none, no_mistakes).table().definition(),
                                          clock_table().definition()};
  const auto add = [&sections](std::vector<SectionDefinition> more) {
    for (SectionDefinition& section : more) sections.push_back(std::move(section));
  };
  add(topology_language());
  sections.push_back({"a step", step_kinds()});
  add(step_language());
  add(document_language());
  add(workload_language());
  add(fault_language());
  add({phase_table().definition(), process_table().definition(), checklist_table().definition()});
  add(virtual_language());
  add(expectation_language());
  add(story_language());
  return sections;
}

}  // namespace gnc::scenarios
