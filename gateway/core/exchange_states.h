#pragma once

#include <array>

#include "gateway/core/records.h"

namespace gnc::gateway {

// One move of the diagram at ExchangeState.
struct StateMove {
  ExchangeState from;
  ExchangeState to;
};

inline constexpr std::array exchange_moves = {
    StateMove{ExchangeState::admitted, ExchangeState::admitted},  // one more attempt
    StateMove{ExchangeState::admitted, ExchangeState::delivered},
    StateMove{ExchangeState::admitted, ExchangeState::processed},
    StateMove{ExchangeState::admitted, ExchangeState::refused},
    StateMove{ExchangeState::admitted, ExchangeState::expired},
    StateMove{ExchangeState::admitted, ExchangeState::dead_lettered},
    StateMove{ExchangeState::delivered, ExchangeState::processed},
    StateMove{ExchangeState::delivered, ExchangeState::refused},
    StateMove{ExchangeState::delivered, ExchangeState::expired},
    StateMove{ExchangeState::dead_lettered, ExchangeState::admitted},  // replay by the operator
};

constexpr bool may_move(ExchangeState from, ExchangeState to) {
  for (const StateMove& move : exchange_moves) {
    if (move.from == from && move.to == to) return true;
  }
  return false;
}

constexpr bool is_terminal(ExchangeState state, bool answer_due) {
  return state == ExchangeState::delivered ? !answer_due : state != ExchangeState::admitted;
}

}  // namespace gnc::gateway
