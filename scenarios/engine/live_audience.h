#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/event.pb.h"
#include "proto/types/instant.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/live_figures.h"

namespace gnc::scenarios {

// How a live run stands.
struct LiveStanding {
  const LiveFigures& figures;
  std::vector<FaultRow> faults;  // and pauses of its injection
  Instant counts_from;           // what the seconds of the faults count from
  Instant now;
  bool paused = false;
};

// What is wished of a live run by those who look on.
struct LiveWishes {
  std::optional<bool> paused = {};  // its injection
  std::vector<Fault> faults = {};   // to begin now
  bool end = false;
};

// Who looks on while a live run is played. Called on the run's thread, which it must not hold up.
class LiveAudience {
 public:
  virtual ~LiveAudience() = default;
  // What the run's report will have as started_at.
  virtual void began(const std::string& started_at) = 0;
  virtual void happened(const v1::Event&) = 0;
  // Several times a second.
  virtual void stands(const LiveStanding&) = 0;
  // Those since the last time; asked for several times a second.
  virtual LiveWishes wishes() = 0;
};

}  // namespace gnc::scenarios
