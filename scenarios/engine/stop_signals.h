#pragma once

#include <memory>

#include "scenarios/engine/happening.h"

namespace gnc::scenarios {

// Turns SIGINT and SIGTERM into StopAsked, as long as it lives.
class StopSignals {
 public:
  explicit StopSignals(HappeningQueue&);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gnc::scenarios
