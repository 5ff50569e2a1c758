#include "scenarios/engine/step_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/document_reader.h"
#include "scenarios/engine/document_step_reader.h"
#include "scenarios/engine/fault_reader.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;
using Kind = KeyDefinition::Kind;
using Need = ScenarioNames::Need;

// ---- What hands in documents ----------------------------------------------------------------------

template <class Written>
void add_documents(KeyTable<Written>& table, ScenarioNames* names) {
  table
      .key({"documents", Kind::documents, true, "",
            "Files or patterns (*, ?, **) relative to the scenario, a template, or generated documents."},
           [names](Written& step, const YamlNode& node, YamlMistakes& mistakes) {
             read_documents(*names, DocumentsOf::step, node, step.documents, mistakes);
           })
      .key({"as", Kind::text, false, "no name", "The name by which later steps speak of these documents."},
           &Written::as);
  add_choice(table);
}

KeyTable<LodgeStep> lodge_table(ScenarioNames* names) {
  KeyTable<LodgeStep> table("a lodge step");
  table
      .key({"at", Kind::party, true, "", "The administration at whose single window it is lodged."},
           [names](LodgeStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             step.at = names->party(node, Need::node, mistakes);
           })
      .key({"to", Kind::party, true, "", "The administration that it is for."},
           [names](LodgeStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             step.to = names->party(node, Need::any, mistakes);
           })
      .key({"in", Kind::text, false, "a conversation of its own for each document",
            "An earlier lodgement (as): each document goes on in the conversation of one of those, in turn."},
           [names](LodgeStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, step.in, mistakes)) names->lodgement(step.in, node.place, mistakes);
           });
  add_files(table);
  add_documents(table, names);
  add_goods(table);
  return table;
}

KeyTable<SubmitStep> submit_table(ScenarioNames* names) {
  KeyTable<SubmitStep> table("a submit step");
  table
      .key({"at", Kind::party, true, "",
            "The bare administration that hands an envelope to the gateway, past every check of a node."},
           [names](SubmitStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             step.at = names->party(node, Need::bare, mistakes);
           })
      .key({"to", Kind::party, true, "", "The administration that it is for."},
           [names](SubmitStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             step.to = names->party(node, Need::any, mistakes);
           })
      .key({"same-id-as", Kind::text, false, "ids of its own",
            "An earlier submission whose ids these have again: the same documents make duplicates, others "
            "conflicts."},
           &SubmitStep::same_id_as);
  add_documents(table, names);
  return table;
}

void check_parties_differ(const std::optional<PartyName>& from, const std::optional<PartyName>& to,
                          const YamlNode& node, YamlMistakes& mistakes) {
  if (!from || from != to) return;
  mistakes.add(v1::KEY_VALUE, node.find("to")->place, fmt::format("{} would send to itself", from->text()),
               "Name another recipient.");
}

YamlPlace place_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? node.place : found->place;
}

void read_lodge(ScenarioNames& names, const YamlNode& node, LodgeStep& step, YamlMistakes& mistakes) {
  lodge_table(&names).read(node, step, mistakes);
  check_parties_differ(step.at, step.to, node, mistakes);
  if (!step.as.empty()) {
    names.add_lodgement(step.as, {step.at, step.to, false, place_of(node, "as")}, mistakes);
  }
}

void read_submit(ScenarioNames& names, const YamlNode& node, SubmitStep& step, YamlMistakes& mistakes) {
  submit_table(&names).read(node, step, mistakes);
  check_parties_differ(step.at, step.to, node, mistakes);
  if (!step.same_id_as.empty()) {
    const YamlPlace place = place_of(node, "same-id-as");
    const auto* earlier = names.lodgement(step.same_id_as, place, mistakes);
    if (earlier != nullptr && !earlier->submitted) {
      mistakes.add(v1::KEY_VALUE, place,
                   fmt::format("{} was lodged at a node, which gave the ids", step.same_id_as),
                   "Name documents of a submit step.");
    } else if (earlier != nullptr && step.at && earlier->from && earlier->from != step.at) {
      mistakes.add(v1::KEY_VALUE, place,
                   fmt::format("{} was submitted at {}, not at {}", step.same_id_as, earlier->from->text(),
                               step.at->text()),
                   fmt::format("Submit it at {}.", earlier->from->text()));
    }
  }
  if (!step.as.empty()) {
    names.add_lodgement(step.as, {step.at, step.to, true, place_of(node, "as")}, mistakes);
  }
}

// ---- Every kind -----------------------------------------------------------------------------------

using StepReader = void (*)(ScenarioNames&, const YamlNode&, Step&, YamlMistakes&);

struct StepKind {
  KeyDefinition key;
  StepReader read;
};

template <FollowUpStep::Kind Which>
void read_follow_up(ScenarioNames& names, const YamlNode& node, Step& step, YamlMistakes& mistakes) {
  auto& follow_up = step.action.emplace<FollowUpStep>();
  follow_up.kind = Which;
  read_follow_up_step(names, node, follow_up, mistakes);
}

template <class Action, void (*Read)(ScenarioNames&, const YamlNode&, Action&, YamlMistakes&)>
void read_action(ScenarioNames& names, const YamlNode& node, Step& step, YamlMistakes& mistakes) {
  Read(names, node, step.action.emplace<Action>(), mistakes);
}

void read_parallel(ScenarioNames&, const YamlNode&, ParallelStep&, YamlMistakes&);

const std::vector<StepKind>& kinds() {
  using Follow = FollowUpStep::Kind;
  static const std::vector<StepKind> all{
      {{"lodge",
        Kind::section,
        false,
        "",
        "A trader lodges documents, and the script goes on.",
        {},
        "a lodge step"},
       read_action<LodgeStep, read_lodge>},
      {{"submit",
        Kind::section,
        false,
        "",
        "A bare administration hands envelopes to the gateway.",
        {},
        "a submit step"},
       read_action<SubmitStep, read_submit>},
      {{"await", Kind::section, false, "", "Waits for what becomes of documents.", {}, "an await step"},
       read_action<AwaitStep, read_await_step>},
      {{"expect",
        Kind::section,
        false,
        "",
        "Holds documents, answers or ends against what they must be.",
        {},
        "an expect step"},
       read_action<ExpectStep, read_expect_step>},
      {{"capture", Kind::section, false, "", "Keeps a value for later steps.", {}, "a capture step"},
       read_action<CaptureStep, read_capture_step>},
      {{"amend", Kind::section, false, "", "Lodges amendments of earlier documents.", {}, "an amend step"},
       read_follow_up<Follow::amend>},
      {{"cancel",
        Kind::section,
        false,
        "",
        "Lodges cancellations of earlier documents.",
        {},
        "a cancel step"},
       read_follow_up<Follow::cancel>},
      {{"query", Kind::section, false, "", "Asks how earlier documents stand.", {}, "a query step"},
       read_follow_up<Follow::query>},
      {{"pause", Kind::pause, false, "", "Waits that long."},
       [](ScenarioNames&, const YamlNode& node, Step& step, YamlMistakes& mistakes) {
         length_reader<PauseStep> (&PauseStep::length)(step.action.emplace<PauseStep>(), node, mistakes);
       }},
      {{"fault", Kind::fault, false, "", "A fault begins, and the script goes on."},
       [](ScenarioNames& names, const YamlNode& node, Step& step, YamlMistakes& mistakes) {
         std::optional<Fault> fault;
         read_fault_step(names, node, fault, mistakes);
         if (fault) step.action = FaultStep{std::move(*fault)};
       }},
      {{"parallel", Kind::steps, false, "",
        "Steps at the same time; done when all are. None may speak of what another of them lodges."},
       [](ScenarioNames& names, const YamlNode& node, Step& step, YamlMistakes& mistakes) {
         read_parallel(names, node, step.action.emplace<ParallelStep>(), mistakes);
       }}};
  return all;
}

void read_one(ScenarioNames& names, const YamlNode& node, std::vector<Step>& into, YamlMistakes& mistakes) {
  std::vector<std::string_view> known;
  for (const StepKind& kind : kinds()) known.emplace_back(kind.key.name);
  if (node.kind != YamlNode::Kind::mapping) {
    mistakes.add_value(node, fmt::format("a step: one of {}", fmt::join(known, ", ")));
    return;
  }
  known.emplace_back("timeout");
  Step step;
  step.place = node.place;
  const StepKind* found = nullptr;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const auto& [name, place] = node.keys[i];
    if (name == "timeout") {
      length_reader<Step> (&Step::timeout)(step, node.items[i], mistakes);
      continue;
    }
    const auto kind =
        std::ranges::find_if(kinds(), [&name = name](const StepKind& k) { return k.key.name == name; });
    if (kind == kinds().end()) {
      mistakes.add_unknown_key(name, place, "a step", known);
      return;
    }
    if (found != nullptr) {
      mistakes.add(v1::KEY_VALUE, place, fmt::format("{} and {} in one step", found->key.name, name),
                   "Write a step for each, with a - of its own.");
      return;
    }
    found = &*kind;
    found->read(names, node.items[i], step, mistakes);
  }
  if (found == nullptr) {
    mistakes.add(v1::KEY_MISSING, node.place, "the step does nothing",
                 fmt::format("Add one of {}.", fmt::join(known.begin(), known.end() - 1, ", ")));
    return;
  }
  into.push_back(std::move(step));
}

void read_parallel(ScenarioNames& names, const YamlNode& node, ParallelStep& step, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  if (node.items.empty()) mistakes.add_value(node, "at least one step");
  // Each sees what was there before, not what its neighbours bring.
  const ScenarioNames before = names;
  for (const YamlNode& item : node.items) {
    ScenarioNames own = before;
    read_one(own, item, step.steps, mistakes);
    names.adopt(own, before, mistakes);
  }
}

// Tells the names of every `as` below, wherever it stands.
void announce(ScenarioNames& names, const YamlNode& node) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    if (i < node.keys.size() && node.keys[i].first == "as") names.announce(item.text, item.place);
    announce(names, item);
  }
}

}  // namespace

void read_steps(ScenarioNames& names, const YamlNode& node, std::vector<Step>& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  announce(names, node);
  for (const YamlNode& item : node.items) read_one(names, item, into, mistakes);
}

std::vector<KeyDefinition> step_kinds() {
  std::vector<KeyDefinition> all;
  for (const StepKind& kind : kinds()) {
    all.push_back(kind.key);
    all.back().standard = "another kind";
  }
  all.push_back({"timeout", Kind::duration, false, "none", "The step does not hold where it takes longer."});
  return all;
}

std::vector<SectionDefinition> step_language() {
  std::vector<SectionDefinition> sections{lodge_table(nullptr).definition(),
                                          submit_table(nullptr).definition()};
  for (SectionDefinition& section : document_step_language()) sections.push_back(std::move(section));
  return sections;
}

}  // namespace gnc::scenarios
