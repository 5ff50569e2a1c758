#include "scenarios/training/deed_reader.h"

#include <algorithm>

#include "model/yaml/yaml_table.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;

Fault fault_of(Deed deed) { return {std::move(deed), {}, {}, {}}; }

// What stands at the one key of a deed.
std::optional<Fault> read_target(std::string_view key, const ScenarioNames& names, const RunCast& cast,
                                 const YamlNode& node, YamlMistakes& mistakes) {
  if (key == "lapse") {
    const auto id = model::scalar_text(node, "an agreement", mistakes);
    if (!id) return std::nullopt;
    std::vector<std::string_view> known;
    for (const RunCast::Agreement& agreement : cast.agreements) known.emplace_back(agreement.id);
    if (std::ranges::find(known, *id) != known.end()) return fault_of(LapseAgreement{std::string(*id)});
    mistakes.add_unknown_reference(*id, node.place, "agreement", known);
    return std::nullopt;
  }
  const auto party = names.party(node, ScenarioNames::Need::node, mistakes);
  if (!party) return std::nullopt;
  return key == "tamper" ? fault_of(TamperWithNext{*party}) : fault_of(ReplayNext{*party});
}

}  // namespace

bool read_deed(const ScenarioNames& names, const RunCast& cast, const YamlNode& node,
               std::optional<Fault>& into, YamlMistakes& mistakes) {
  for (const char* key : {"tamper", "replay", "lapse"}) {
    if (node.find(key) == nullptr) continue;
    const auto table =
        model::YamlTable<std::optional<Fault>>(std::string("a ") + key + " deed")
            .required(key, [&](std::optional<Fault>& deed, const YamlNode& target, YamlMistakes& wrong) {
              deed = read_target(key, names, cast, target, wrong);
            });
    table.read(node, into, mistakes);
    return true;
  }
  return false;
}

}  // namespace gnc::scenarios
