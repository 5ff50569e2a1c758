#include "scenarios/engine/expectation_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/refusal_code.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;
using Kind = KeyDefinition::Kind;

struct WrittenExpectation {
  std::optional<Expectation> expectation;
  bool abort = false;
  std::optional<Duration> after;
};

class ExpectationReader {
 public:
  ExpectationReader(const ScenarioNames& names, YamlMistakes& mistakes)
      : names_(names), mistakes_(mistakes) {}

  std::optional<Expectation> read(const YamlNode& node) const {
    const auto text = model::scalar_text(node, "an expectation like exchange.lost == 0", mistakes_);
    if (!text) return std::nullopt;
    auto expectation = parse_expectation(*text);
    if (!expectation) {
      mistakes_.add(expectation.error().code, node.place, expectation.error().detail,
                    expectation.error().remedy);
      return std::nullopt;
    }
    expectation->place = node.place;
    expectation->selection = checked(expectation->selection, node.place);
    return std::move(*expectation);
  }

 private:
  // The selection with codes as the report has them.
  Selection checked(const Selection& written, YamlPlace place) const {
    Selection selection;
    for (const auto& [key, value] : written.parts()) {
      std::string known = value;
      if (key == "code") {
        const auto code = refusal_code(value);
        if (!code) {
          mistakes_.add_unknown_reference(value, place, "code of the catalogue",
                                          views(refusal_code_spellings()));
        }
        known = code.value_or(value);
      } else if (key != "agreement" && key != "state") {  // those are known when the agreements are read
        check_known(key, value, place);
      }
      selection.add(key, known);
    }
    check_parties(selection, place);
    return selection;
  }

  void check_known(const std::string& key, const std::string& value, YamlPlace place) const {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.place = place;
    node.text = value;
    if (key == "from" || key == "to") {
      names_.party(node, ScenarioNames::Need::any, mistakes_);
    } else if (key == "process") {
      names_.process(node, mistakes_);
    } else if (key == "link") {
      names_.link(node, mistakes_);
    } else if (key == "phase") {
      if (!names_.phases().contains(value)) {
        mistakes_.add_unknown_reference(value, place, "phase or named fault", keys_of(names_.phases()));
      }
    } else if (!names_.workloads().contains(value) && !names_.lodgements().contains(value)) {
      std::vector<std::string_view> known = keys_of(names_.workloads());
      const auto lodged = keys_of(names_.lodgements());
      known.insert(known.end(), lodged.begin(), lodged.end());
      mistakes_.add_unknown_reference(value, place, "workload or set of documents", known);
    }
  }

  // A workload has one sender and one recipient: with others there is never anything to measure.
  void check_parties(const Selection& selection, YamlPlace place) const {
    const std::string workload(selection.value("workload"));
    if (workload.empty()) return;
    const auto found = names_.workloads().find(workload);
    const auto lodged = names_.lodgements().find(workload);
    if (found == names_.workloads().end() && lodged == names_.lodgements().end()) return;
    const auto& parties = found == names_.workloads().end() ? lodged->second : found->second;
    for (const auto& [key, right] : {std::pair{"from", parties.from}, std::pair{"to", parties.to}}) {
      const std::string_view value = selection.value(key);
      if (value.empty() || !right || right->text() == value) continue;
      mistakes_.add(v1::KEY_VALUE, place,
                    fmt::format("{} is {} {}, and never {} {}", workload, key, right->text(), key, value),
                    fmt::format("Leave {} out, or select another workload.", key));
    }
  }

  const ScenarioNames& names_;
  YamlMistakes& mistakes_;
};

KeyTable<WrittenExpectation> expectation_table(const ScenarioNames* names) {
  KeyTable<WrittenExpectation> table("an expectation");
  table
      .key({"expect", Kind::text, true, "", "A measure, a comparison and a value: delivery.p99 < 500ms."},
           [names](WrittenExpectation& written, const YamlNode& node, YamlMistakes& mistakes) {
             written.expectation = ExpectationReader(*names, mistakes).read(node);
           })
      .key({"abort", Kind::yes_or_no, false, "false", "End the run as soon as it does not hold."},
           &WrittenExpectation::abort)
      .key({"after", Kind::duration, false, "0s",
            "With abort: how long after the workloads began it is first looked at."},
           [](WrittenExpectation& written, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, written.after.emplace(), mistakes);
           });
  return table;
}

void read_section(const ScenarioNames& names, const YamlNode& node, std::vector<Expectation>& into,
                  YamlMistakes& mistakes) {
  WrittenExpectation written;
  const bool right = expectation_table(&names).read(node, written, mistakes);
  if (right && written.after && !written.abort) {
    mistakes.add(v1::KEY_VALUE, node.find("after")->place, "only what aborts is looked at before the end",
                 "Add abort: true, or leave after out.");
  }
  if (!written.expectation) return;
  if (written.abort && !written.expectation->measure->while_running) {
    mistakes.add(v1::KEY_VALUE, node.find("abort")->place,
                 fmt::format("{} is known only when the run is over", written.expectation->measure->name),
                 "Leave abort out, or expect another measure.");
  }
  written.expectation->abort = written.abort;
  written.expectation->after = written.after.value_or(Duration{});
  into.push_back(std::move(*written.expectation));
}

}  // namespace

void read_expectations(const ScenarioNames& names, const YamlNode& node, std::vector<Expectation>& into,
                       YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    if (item.kind == YamlNode::Kind::mapping) {
      read_section(names, item, into, mistakes);
    } else if (auto read = ExpectationReader(names, mistakes).read(item)) {
      into.push_back(std::move(*read));
    }
  }
}

std::vector<SectionDefinition> expectation_language() { return {expectation_table(nullptr).definition()}; }

}  // namespace gnc::scenarios
