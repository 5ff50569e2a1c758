#pragma once

#include <string>
#include <vector>

#include "model/yaml/yaml_table.h"
#include "nodes/window/checks.h"
#include "nodes/window/risk.h"
#include "nodes/window/tariff.h"

// The parts of a profile as they are written (docs/profiles.md).
namespace gnc::window {

bool read_yaml(const model::YamlNode&, Decimal&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Quantity&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, ElementPath&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Condition&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Check&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, RiskProfile&, model::YamlMistakes&);
bool read_yaml(const model::YamlNode&, Tariff&, model::YamlMistakes&);

// One text, or a list of them.
bool read_texts(const model::YamlNode&, std::vector<std::string>& into, model::YamlMistakes&);
// "2 %", of a hundred at most.
bool read_share(const model::YamlNode&, Decimal& per_cent, model::YamlMistakes&);

// A country, or a currency, of ISO's lists.
void expect_country(const model::YamlNode&, std::string& into, model::YamlMistakes&);
bool read_countries(const model::YamlNode&, std::vector<std::string>& into, model::YamlMistakes&);

}  // namespace gnc::window
