#include "scenarios/engine/document_step_reader.h"

#include <fmt/format.h>

#include <regex>

#include "gnc/v1/errors.pb.h"
#include "model/document/wco_path.h"
#include "scenarios/engine/refusal_code.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;
using Kind = KeyDefinition::Kind;
using Need = ScenarioNames::Need;

const std::vector<std::pair<std::string_view, std::string>> ends{
    {"processed", "processed"}, {"delivered", "delivered"},         {"refused", "refused"},
    {"expired", "expired"},     {"dead-lettered", "dead-lettered"}, {"suppressed", "suppressed"}};

YamlPlace place_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? node.place : found->place;
}

void check_path(const YamlNode& node, bool value_wanted, YamlMistakes& mistakes) {
  const auto path = model::WcoPath::parse(node.text);
  if (!path) {
    mistakes.add(path.error().code, node.place, path.error().detail, path.error().remedy);
  } else if (value_wanted && !path->names_value()) {
    mistakes.add(v1::KEY_VALUE, node.place, fmt::format("{} is a class, which has no value", node.text),
                 "Name an element in it.");
  }
}

template <class T>
typename KeyTable<T>::Reader text_reader(std::string T::*member) {
  return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
    model::read_yaml(node, target.*member, mistakes);
  };
}

// An answer is a response: its paths begin there.
void check_root(const YamlNode& node, bool answer, YamlMistakes& mistakes) {
  const YamlNode* path = node.find("path");
  if (path == nullptr || !answer || !path->text.starts_with("Declaration")) return;
  mistakes.add(v1::KEY_VALUE, path->place, "an answer is a Response, and has no Declaration at its root",
               "Begin the path with Response, or leave answer out.");
}

// ---- await ----------------------------------------------------------------------------------------

KeyTable<AwaitStep> await_table(const ScenarioNames* names) {
  KeyTable<AwaitStep> table("an await step");
  const auto about = [names](AwaitStep::What what) {
    return [names, what](AwaitStep& step, const YamlNode& node, YamlMistakes& mistakes) {
      if (!step.lodgement.empty()) {
        mistakes.add(v1::KEY_VALUE, node.place, "the step awaits two things", "Write a step for each.");
      }
      step.what = what;
      if (model::read_yaml(node, step.lodgement, mistakes)) {
        names->lodgement(step.lodgement, node.place, mistakes);
      }
    };
  };
  table
      .key({"at", Kind::party, false, "the recipient; with answers and ends, the sender",
            "The administration where it is awaited."},
           [names](AwaitStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             step.at = names->party(node, Need::any, mistakes);
           })
      .key({"receives", Kind::text, false, "one of the three must be there",
            "Documents (as) that the recipient is to have on record."},
           about(AwaitStep::What::received))
      .key({"answers", Kind::text, false, "one of the three must be there",
            "Documents whose answers the sender is to have."},
           about(AwaitStep::What::answered))
      .key({"ends", Kind::text, false, "one of the three must be there",
            "Documents whose exchanges are to be at their end, whichever that is."},
           about(AwaitStep::What::ended))
      .key({"within", Kind::duration, false, "10s", "How long it may take, from the start of this step."},
           length_reader<AwaitStep>(&AwaitStep::within));
  return table;
}

void check_await(const ScenarioNames& names, const YamlNode& node, AwaitStep& step, YamlMistakes& mistakes) {
  const auto found = names.lodgements().find(step.lodgement);
  if (found == names.lodgements().end()) return;
  const ScenarioNames::Lodgement& lodgement = found->second;
  const bool received = step.what == AwaitStep::What::received;
  const auto& right = received ? lodgement.to : lodgement.from;
  if (!right) return;
  if (step.at && step.at != right) {
    mistakes.add(v1::KEY_VALUE, place_of(node, "at"),
                 fmt::format("{} was lodged {} {}, not {}", step.lodgement, received ? "to" : "at",
                             right->text(), step.at->text()),
                 fmt::format("Await it at {}.", right->text()));
  }
  if (received && names.is_bare(*right)) {
    mistakes.add(v1::KEY_VALUE, place_of(node, "receives"),
                 fmt::format("{} is bare: it has no node that receives", right->text()),
                 fmt::format("Take {} out of topology.bare, or await where it ends.", right->text()));
  }
  step.at = right;
}

// ---- expect ---------------------------------------------------------------------------------------

KeyTable<ExpectStep> expect_table(const ScenarioNames* names) {
  KeyTable<ExpectStep> table("an expect step");
  table
      .key({"of", Kind::text, true, "", "Documents (as) of an earlier step; each of them must hold."},
           [names](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, step.lodgement, mistakes)) {
               names->lodgement(step.lodgement, node.place, mistakes);
             }
           })
      .key({"answer", Kind::yes_or_no, false, "false",
            "Look at the answers, and not at the documents as received."},
           &ExpectStep::answer)
      .key({"path", Kind::path, false, "none",
            "An element by its XML names, with [2] for the second of several and @name for an attribute."},
           [](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, step.path, mistakes)) check_path(node, false, mistakes);
           })
      .key({"equals", Kind::text, false, "anything",
            "Every value there is this one; ${name} in it is a captured value."},
           [names](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, step.equals, mistakes)) return;
             names->check_captures(*step.equals, node.place, mistakes);
           })
      .key({"matches", Kind::pattern, false, "anything",
            "Every value there fits this ECMAScript regular expression as a whole."},
           [](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, step.matches, mistakes)) return;
             try {
               const std::regex compiled(*step.matches, std::regex::ECMAScript);
             } catch (const std::regex_error&) {
               mistakes.add(v1::KEY_VALUE, node.place,
                            fmt::format("\"{}\" is not a regular expression", node.text),
                            "Close each bracket, and put a backslash before what stands for itself.");
             }
           })
      .key({"exists", Kind::yes_or_no, false, "anything", "Whether there is such an element."},
           &ExpectStep::exists)
      .key({"end",
            Kind::word,
            false,
            "anything",
            "How the exchange ended; suppressed: a duplicate, answered with the first receipt again.",
            {"processed", "delivered", "refused", "expired", "dead-lettered", "suppressed"}},
           [](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<std::string>(node, ends, step.end.emplace(), mistakes);
           })
      .key({"code", Kind::text, false, "anything",
            "By which code it was refused or given up: GNC-204 or its name (`gncsim errors`)."},
           [](ExpectStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::scalar_text(node, "a code like GNC-204", mistakes)) return;
             step.code = refusal_code(node.text);
             if (!step.code) {
               mistakes.add_unknown_reference(node.text, node.place, "code of the catalogue",
                                              views(refusal_code_spellings()));
             }
           })
      .key({"within", Kind::duration, false, "10s", "How long it may take until it can be told."},
           length_reader<ExpectStep>(&ExpectStep::within));
  return table;
}

// What an external party has received is on its own record.
void check_readable(const ScenarioNames& names, const YamlNode& node, const std::string& lodgement,
                    YamlMistakes& mistakes) {
  const auto found = names.lodgements().find(lodgement);
  if (found == names.lodgements().end() || !found->second.to || !names.is_external(*found->second.to)) return;
  mistakes.add(
      v1::KEY_VALUE, place_of(node, "path"),
      fmt::format("{} is external: what it has received is on its own record", found->second.to->text()),
      "Look at the answer (answer: true), or at the end of the exchange.");
}

void check_expect(const YamlNode& node, const ExpectStep& step, YamlMistakes& mistakes) {
  const bool of_value = step.equals || step.matches;
  const bool of_element = of_value || step.exists;
  if (!of_element && !step.end && !step.code) {
    mistakes.add(v1::KEY_MISSING, node.place, "the step expects nothing",
                 step.path.empty() ? "Add end, code, or a path." : "Add equals, matches or exists.");
    return;
  }
  if (of_element && step.path.empty()) {
    mistakes.add(v1::KEY_MISSING, node.place, "it is not said where the value stands", "Add path.");
  }
  if (!of_element && !step.path.empty()) {
    mistakes.add(v1::KEY_MISSING, place_of(node, "path"), "nothing is expected of the element",
                 "Add equals, matches or exists.");
  }
  if (of_value && step.exists == false) {
    mistakes.add(v1::KEY_VALUE, place_of(node, "exists"), "what does not exist has no value",
                 "Leave equals and matches out, or exists.");
  }
  if (of_value && !step.path.empty()) check_path(*node.find("path"), true, mistakes);
  check_root(node, step.answer, mistakes);
  if (step.code && step.end && *step.end != "refused" && *step.end != "dead-lettered") {
    mistakes.add(v1::KEY_VALUE, place_of(node, "code"),
                 fmt::format("an exchange that is {} has no code", *step.end), "Leave one of the two out.");
  }
}

// ---- capture --------------------------------------------------------------------------------------

KeyTable<CaptureStep> capture_table(const ScenarioNames* names) {
  KeyTable<CaptureStep> table("a capture step");
  table
      .key({"from", Kind::text, true, "",
            "Documents (as) of an earlier step; the first of them has the value."},
           [names](CaptureStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, step.lodgement, mistakes)) {
               names->lodgement(step.lodgement, node.place, mistakes);
             }
           })
      .key({"answer", Kind::yes_or_no, false, "false", "Look at its answer, and not at the document."},
           &CaptureStep::answer)
      .key({"path", Kind::path, true, "", "The element whose first value is kept."},
           [](CaptureStep& step, const YamlNode& node, YamlMistakes& mistakes) {
             if (model::read_yaml(node, step.path, mistakes)) check_path(node, true, mistakes);
           })
      .key({"as", Kind::text, true, "", "The name of the value: ${name} in given, set and equals."},
           text_reader<CaptureStep>(&CaptureStep::as))
      .key({"within", Kind::duration, false, "10s", "How long it may take until it is there."},
           length_reader<CaptureStep>(&CaptureStep::within));
  return table;
}

// ---- amend, cancel, query -------------------------------------------------------------------------

KeyTable<FollowUpStep> follow_up_table(const ScenarioNames* names, FollowUpStep::Kind kind) {
  using Follow = FollowUpStep::Kind;
  KeyTable<FollowUpStep> table(kind == Follow::amend    ? "an amend step"
                               : kind == Follow::cancel ? "a cancel step"
                                                        : "a query step");
  table.key(
      {"of", Kind::text, true, "", "Documents (as) of an earlier step; one for each, in its conversation."},
      [names](FollowUpStep& step, const YamlNode& node, YamlMistakes& mistakes) {
        if (!model::read_yaml(node, step.lodgement, mistakes)) return;
        const auto* of = names->lodgement(step.lodgement, node.place, mistakes);
        if (of != nullptr && of->submitted) {
          mistakes.add(v1::KEY_VALUE, node.place,
                       fmt::format("{} comes from a bare administration, which has no node to follow it up",
                                   step.lodgement),
                       "Name documents that were lodged, or submit the next message.");
        }
      });
  if (kind == Follow::amend) {
    table.key({"set", Kind::values_by_name, true, "",
               "What becomes different: WCO paths and their new values; ${name} is a captured value."},
              [names](FollowUpStep& step, const YamlNode& node, YamlMistakes& mistakes) {
                if (!model::read_yaml(node, step.set, mistakes)) return;
                if (node.items.empty()) mistakes.add_value(node, "at least one path with its new value");
                for (std::size_t i = 0; i < node.items.size(); ++i) {
                  const auto& [path, place] = node.keys[i];
                  YamlNode key;
                  key.place = place;
                  key.text = path;
                  check_path(key, true, mistakes);
                  if (path.starts_with("Response")) {
                    mistakes.add(v1::KEY_VALUE, place, "an amendment is a declaration",
                                 "Begin the path with Declaration.");
                  }
                  names->check_captures(node.items[i].text, node.items[i].place, mistakes);
                }
              });
  }
  table.key({"as", Kind::text, false, "no name", "The name by which later steps speak of these."},
            text_reader<FollowUpStep>(&FollowUpStep::as));
  return table;
}

}  // namespace

void read_await_step(ScenarioNames& names, const YamlNode& node, AwaitStep& step, YamlMistakes& mistakes) {
  if (!await_table(&names).read(node, step, mistakes)) return;
  if (step.lodgement.empty()) {
    mistakes.add(v1::KEY_MISSING, node.place, "the step awaits nothing", "Add receives, answers or ends.");
  }
  check_await(names, node, step, mistakes);
}

void read_expect_step(ScenarioNames& names, const YamlNode& node, ExpectStep& step, YamlMistakes& mistakes) {
  if (!expect_table(&names).read(node, step, mistakes)) return;
  check_expect(node, step, mistakes);
  if (!step.answer && !step.path.empty()) check_readable(names, node, step.lodgement, mistakes);
}

void read_capture_step(ScenarioNames& names, const YamlNode& node, CaptureStep& step,
                       YamlMistakes& mistakes) {
  if (capture_table(&names).read(node, step, mistakes)) {
    check_root(node, step.answer, mistakes);
    if (!step.answer) check_readable(names, node, step.lodgement, mistakes);
  }
  if (!step.as.empty()) names.add_capture(step.as, place_of(node, "as"), mistakes);
}

void read_follow_up_step(ScenarioNames& names, const YamlNode& node, FollowUpStep& step,
                         YamlMistakes& mistakes) {
  follow_up_table(&names, step.kind).read(node, step, mistakes);
  if (step.as.empty()) return;
  ScenarioNames::Lodgement lodgement{{}, {}, false, place_of(node, "as")};
  if (const auto of = names.lodgements().find(step.lodgement); of != names.lodgements().end()) {
    lodgement.from = of->second.from;
    lodgement.to = of->second.to;
  }
  names.add_lodgement(step.as, lodgement, mistakes);
}

std::vector<SectionDefinition> document_step_language() {
  using Follow = FollowUpStep::Kind;
  return {await_table(nullptr).definition(),
          expect_table(nullptr).definition(),
          capture_table(nullptr).definition(),
          follow_up_table(nullptr, Follow::amend).definition(),
          follow_up_table(nullptr, Follow::cancel).definition(),
          follow_up_table(nullptr, Follow::query).definition()};
}

}  // namespace gnc::scenarios
