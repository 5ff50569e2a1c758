#pragma once

#include "scenarios/engine/scenario_names.h"
#include "scenarios/engine/trade.h"

namespace gnc::scenarios {

void read_trade(const ScenarioNames&, const model::YamlNode&, Trade&, model::YamlMistakes&);
SectionDefinition trade_language();

}  // namespace gnc::scenarios
