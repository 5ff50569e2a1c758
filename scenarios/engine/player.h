#pragma once

#include <optional>

#include "proto/types/instant.h"

namespace gnc::scenarios {

// Plays a part of a run: its steps, its workloads. Never waits: it does what is due when it is asked, which
// is after everything that happens, and when its time comes.
class Player {
 public:
  virtual ~Player() = default;
  virtual void advance(Instant now) = 0;
  virtual bool done() const = 0;
  // When to ask at the latest though nothing happens; empty: only when something does.
  virtual std::optional<Instant> wake() const = 0;
};

}  // namespace gnc::scenarios
