#include "scenarios/engine/scenario_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"
#include "scenarios/engine/capture_text.h"

namespace gnc::scenarios {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlPlace;

bool check_name(const std::string& name, YamlPlace place, YamlMistakes& mistakes) {
  const bool bad = name.empty() || name.front() == ' ' || name.back() == ' ' ||
                   name.find_first_of("[],=\"'${}\n\r\t") != std::string::npos;
  if (!bad) return true;
  mistakes.add(v1::KEY_VALUE, place, fmt::format("\"{}\" cannot be a name", name),
               "Write words, without brackets, commas, quotes, = and $, and no blank at either end.");
  return false;
}

bool ScenarioNames::add_lodgement(const std::string& name, Lodgement lodgement, YamlMistakes& mistakes) {
  const YamlPlace place = lodgement.place;
  if (!check_name(name, place, mistakes)) return false;
  if (captures_.contains(name)) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there is a captured value named {} already", name),
                 "Give the documents another name.");
    return false;
  }
  if (!lodgements_.emplace(name, std::move(lodgement)).second) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there are documents named {} already", name),
                 "Give each step's documents a name of their own.");
    return false;
  }
  ever_added_->insert(name);
  return true;
}

bool ScenarioNames::add_capture(const std::string& name, YamlPlace place, YamlMistakes& mistakes) {
  if (!is_capture_name(name)) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("\"{}\" cannot stand in ${{…}}", name),
                 "Write letters, digits, hyphens and underscores.");
    return false;
  }
  if (lodgements_.contains(name)) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there are documents named {} already", name),
                 "Give the captured value another name.");
    return false;
  }
  if (!captures_.emplace(name, place).second) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there is a captured value named {} already", name),
                 "Give each captured value a name of its own.");
    return false;
  }
  ever_added_->insert(name);
  return true;
}

bool ScenarioNames::add_workload(const std::string& name, Lodgement workload, YamlMistakes& mistakes) {
  const YamlPlace place = workload.place;
  if (!check_name(name, place, mistakes)) return false;
  if (lodgements_.contains(name)) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there are documents named {} already", name),
                 "Give the workload another name.");
    return false;
  }
  if (!workloads_.emplace(name, std::move(workload)).second) {
    mistakes.add(v1::KEY_VALUE, place, fmt::format("there is a workload {} already", name),
                 "Give each workload a name of its own.");
    return false;
  }
  return true;
}

bool ScenarioNames::add_phase(const std::string& name, YamlPlace place, YamlMistakes& mistakes) {
  if (!check_name(name, place, mistakes)) return false;
  const auto [known, added] = phases_.emplace(name, place);
  if (added) return true;
  mistakes.add(
      v1::KEY_VALUE, place,
      fmt::format("there is a phase or fault named {} already, in line {}", name, known->second.line),
      "Give each a name of its own.");
  return false;
}

void ScenarioNames::adopt(const ScenarioNames& other, const ScenarioNames& before, YamlMistakes& mistakes) {
  for (const auto& [name, lodgement] : other.lodgements_) {
    if (!before.lodgements_.contains(name)) add_lodgement(name, lodgement, mistakes);
  }
  for (const auto& [name, place] : other.captures_) {
    if (!before.captures_.contains(name)) add_capture(name, place, mistakes);
  }
}

bool ScenarioNames::is_bare(const PartyName& party) const {
  return std::ranges::find(topology_->bare, party) != topology_->bare.end();
}

std::optional<PartyName> ScenarioNames::party(const YamlNode& node, Need need, YamlMistakes& mistakes) const {
  const auto text = model::scalar_text(node, "an administration", mistakes);
  if (!text) return std::nullopt;
  std::vector<std::string_view> known;
  std::optional<PartyName> found;
  for (const PartyName& name : topology_->administrations) {
    if (name.text() == *text) found = name;
    known.push_back(name.text());
  }
  if (!found) {
    // Where the administrations themselves are wrong, that is said already.
    if (!known.empty()) mistakes.add_unknown_reference(*text, node.place, "administration", known);
    return std::nullopt;
  }
  if (need == Need::node && is_bare(*found)) {
    mistakes.add(v1::KEY_VALUE, node.place, fmt::format("{} is bare: it has no node to do this", *text),
                 fmt::format("Name another, or take {} out of topology.bare.", *text));
    return std::nullopt;
  }
  if (need == Need::node && is_external(*found)) {
    mistakes.add(v1::KEY_VALUE, node.place,
                 fmt::format("{} is external: its own system does what it does", *text),
                 fmt::format("Name another, or take {} out of topology.external.", *text));
    return std::nullopt;
  }
  if (need == Need::bare && !is_bare(*found)) {
    mistakes.add(v1::KEY_VALUE, node.place,
                 fmt::format("{} has a node, so the run cannot speak for it", *text),
                 fmt::format("Add {} to topology.bare, or name one that is in it.", *text));
    return std::nullopt;
  }
  return found;
}

bool ScenarioNames::comes_later(const std::string& name, YamlPlace place) const {
  const YamlPlace there = announced_.at(name);
  const bool before = std::pair(there.line, there.column) < std::pair(place.line, place.column);
  return !before || ever_added_->contains(name);
}

const ScenarioNames::Lodgement* ScenarioNames::lodgement(const std::string& name, YamlPlace place,
                                                         YamlMistakes& mistakes) const {
  if (const auto found = lodgements_.find(name); found != lodgements_.end()) return &found->second;
  if (const auto later = announced_.find(name); later != announced_.end()) {
    if (!comes_later(name, place)) return nullptr;
    mistakes.add(
        v1::REFERENCE_UNKNOWN, place,
        fmt::format("the documents {} are not there yet: they come in line {}", name, later->second.line),
        "Put that step before this one, and not beside it.");
    return nullptr;
  }
  mistakes.add_unknown_reference(name, place, "set of documents lodged before", keys_of(lodgements_));
  return nullptr;
}

std::vector<std::string> ScenarioNames::link_names() const {
  std::vector<std::string> names;
  for (const PartyName& party : topology_->administrations) names.push_back(link_name(party));
  return names;
}

LinkSettings ScenarioNames::link_settings(const std::string& link) const {
  const auto found = topology_->links.find(link);
  return found == topology_->links.end() ? topology_->default_link : found->second;
}

std::vector<std::string> ScenarioNames::process_names() const {
  std::vector<std::string> names{"gateway"};
  if (!node_each_) {
    names.emplace_back("nodes");
    return names;
  }
  for (const PartyName& party : topology_->administrations) {
    if (topology_->has_node(party)) names.push_back(node_name(party));
  }
  return names;
}

std::optional<std::string> ScenarioNames::link(const YamlNode& node, YamlMistakes& mistakes) const {
  const auto text = model::scalar_text(node, "a link like NZ-gateway", mistakes);
  if (!text || topology_->administrations.empty()) return std::nullopt;
  const std::vector<std::string> names = link_names();
  if (std::ranges::find(names, *text) != names.end()) return std::string(*text);
  mistakes.add_unknown_reference(*text, node.place, "link", views(names));
  return std::nullopt;
}

std::optional<std::string> ScenarioNames::process(const YamlNode& node, YamlMistakes& mistakes) const {
  const auto text = model::scalar_text(node, "a process like gateway", mistakes);
  if (!text || topology_->administrations.empty()) return std::nullopt;
  const std::vector<std::string> names = process_names();
  if (std::ranges::find(names, *text) != names.end()) return std::string(*text);
  if (!node_each_ && text->starts_with("node-")) {
    mistakes.add(v1::REFERENCE_UNKNOWN, node.place, fmt::format("no process \"{}\"", *text),
                 "Add processes: {nodes: each}, or name nodes, the one process of all nodes.");
    return std::nullopt;
  }
  mistakes.add_unknown_reference(*text, node.place, "process", views(names));
  return std::nullopt;
}

bool ScenarioNames::check_captures(const std::string& text, YamlPlace place, YamlMistakes& mistakes) const {
  bool right = true;
  const CaptureText captured(text);
  for (const CaptureText::Piece& piece : captured.pieces()) {
    if (!piece.is_name || captures_.contains(piece.text)) continue;
    right = false;
    if (const auto later = announced_.find(piece.text); later != announced_.end()) {
      if (!comes_later(piece.text, place)) continue;
      mistakes.add(v1::REFERENCE_UNKNOWN, place,
                   fmt::format("the value ${{{}}} is not there yet: it comes in line {}", piece.text,
                               later->second.line),
                   "Put that step before this one, and not beside it.");
      continue;
    }
    mistakes.add_unknown_reference(piece.text, place, "value captured before", keys_of(captures_));
  }
  return right;
}

bool read_texts(const YamlNode& node, std::string_view wanted, std::vector<std::string>& into,
                YamlMistakes& mistakes) {
  const std::size_t before = mistakes.errors().size();
  if (node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& item : node.items) {
      const auto text = model::scalar_text(item, wanted, mistakes);
      if (text && text->empty()) mistakes.add_value(item, wanted);
      if (text) into.emplace_back(*text);
    }
    if (node.items.empty()) mistakes.add_value(node, wanted);
  } else {
    const auto text = model::scalar_text(node, wanted, mistakes);
    if (text && text->empty()) mistakes.add_value(node, wanted);
    if (text) into.emplace_back(*text);
  }
  return mistakes.errors().size() == before;
}

std::vector<std::string_view> views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace gnc::scenarios
