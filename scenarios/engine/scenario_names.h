#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/yaml/yaml_table.h"
#include "scenarios/engine/key_table.h"
#include "scenarios/engine/scenario.h"

namespace gnc::scenarios {

// What the parts of a scenario may refer to, as far as it is known while it is read; and the readers of the
// values that refer to it. A name is looked for where it can be known: once its own definition was wrong,
// nothing more is said.
class ScenarioNames {
 public:
  // A set of documents that steps may speak of.
  struct Lodgement {
    std::optional<PartyName> from, to;
    bool submitted = false;  // by a bare administration
    model::YamlPlace place;
  };
  // What an administration is needed for.
  enum class Need { any, node, bare };

  explicit ScenarioNames(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  void set_topology(const Topology& topology) { topology_ = &topology; }
  void set_node_each(bool node_each) { node_each_ = node_each; }

  // False, with the mistake added, where there are documents or a captured value of that name already.
  bool add_lodgement(const std::string& name, Lodgement, model::YamlMistakes&);
  bool add_capture(const std::string& name, model::YamlPlace, model::YamlMistakes&);
  bool add_workload(const std::string& name, Lodgement, model::YamlMistakes&);
  bool add_phase(const std::string& name, model::YamlPlace, model::YamlMistakes&);
  // Takes over what `other` has and `before` had not.
  void adopt(const ScenarioNames& other, const ScenarioNames& before, model::YamlMistakes&);
  // Every `as` of the steps, so that one that is only lodged later can be told from one that never is.
  void announce(const std::string& name, model::YamlPlace place) { announced_.emplace(name, place); }

  std::optional<PartyName> party(const model::YamlNode&, Need, model::YamlMistakes&) const;
  // nullptr, with the mistake added, where there is none.
  const Lodgement* lodgement(const std::string& name, model::YamlPlace, model::YamlMistakes&) const;
  std::optional<std::string> link(const model::YamlNode&, model::YamlMistakes&) const;
  std::optional<std::string> process(const model::YamlNode&, model::YamlMistakes&) const;
  // Whether every ${name} in `text` is a value captured before.
  bool check_captures(const std::string& text, model::YamlPlace, model::YamlMistakes&) const;

  const std::vector<PartyName>& administrations() const { return topology_->administrations; }
  bool has_world() const { return !topology_->world.empty(); }
  bool is_bare(const PartyName&) const;
  bool is_external(const PartyName& party) const { return topology_->external.contains(party); }
  LinkSettings link_settings(const std::string& link) const;
  const std::map<std::string, Lodgement>& lodgements() const { return lodgements_; }
  const std::map<std::string, Lodgement>& workloads() const { return workloads_; }
  const std::map<std::string, model::YamlPlace>& phases() const { return phases_; }
  std::vector<std::string> link_names() const;
  std::vector<std::string> process_names() const;

 private:
  std::filesystem::path folder_;
  const Topology* topology_ = nullptr;
  bool node_each_ = false;
  std::map<std::string, Lodgement> lodgements_, workloads_;
  // Whether the name is only there later, or beside where `place` is; else its own step was wrong, which is
  // said already.
  bool comes_later(const std::string& name, model::YamlPlace place) const;

  std::map<std::string, model::YamlPlace> captures_, phases_, announced_;
  // Every name that was added, by copies of this too.
  std::shared_ptr<std::set<std::string>> ever_added_ = std::make_shared<std::set<std::string>>();
};

// Expectations name it in brackets: "[workload=morning peak]".
bool check_name(const std::string& name, model::YamlPlace, model::YamlMistakes&);

// The readers of keys that take such names.
template <class T>
typename KeyTable<T>::Reader party_reader(const ScenarioNames& names, std::optional<PartyName> T::*member,
                                          ScenarioNames::Need need) {
  return [&names, member, need](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
    target.*member = names.party(node, need, mistakes);
  };
}

// A duration above zero.
template <class T, class Member>
typename KeyTable<T>::Reader length_reader(Member T::*member) {
  return [member](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
    Duration length{};
    using model::read_yaml;
    if (!read_yaml(node, length, mistakes)) return;
    if (length == Duration{}) {
      mistakes.add_value(node, "a duration above zero");
    } else {
      target.*member = length;
    }
  };
}

// One text, or a list of them.
bool read_texts(const model::YamlNode&, std::string_view wanted, std::vector<std::string>&,
                model::YamlMistakes&);

// Names in a form that mistakes take.
std::vector<std::string_view> views(const std::vector<std::string>&);
template <class Value>
std::vector<std::string_view> keys_of(const std::map<std::string, Value>& map) {
  std::vector<std::string_view> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

}  // namespace gnc::scenarios
