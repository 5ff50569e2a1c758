#pragma once

#include <functional>
#include <string>
#include <utility>

#include "model/yaml/yaml_table.h"
#include "scenarios/engine/key_definition.h"

namespace gnc::scenarios {

// A section of the scenario language: its keys, each with what it takes and means, and how it is read. The
// one definition from which parsing, messages, the reference and the JSON Schema derive.
template <class T>
class KeyTable {
 public:
  using Reader = std::function<void(T&, const model::YamlNode&, model::YamlMistakes&)>;

  explicit KeyTable(std::string what) : table_(what), definition_{std::move(what), {}} {}

  KeyTable& key(KeyDefinition key, Reader reader) {
    if (key.required) {
      table_.required(key.name, std::move(reader));
    } else {
      table_.optional(key.name, std::move(reader));
    }
    definition_.keys.push_back(std::move(key));
    return *this;
  }
  template <class Member>
  KeyTable& key(KeyDefinition definition, Member T::*member) {
    return key(std::move(definition),
               [member](T& target, const model::YamlNode& node, model::YamlMistakes& mistakes) {
                 using model::read_yaml;
                 read_yaml(node, target.*member, mistakes);
               });
  }

  bool read(const model::YamlNode& node, T& target, model::YamlMistakes& mistakes) const {
    return table_.read(node, target, mistakes);
  }
  const SectionDefinition& definition() const { return definition_; }

 private:
  model::YamlTable<T> table_;
  SectionDefinition definition_;
};

}  // namespace gnc::scenarios
