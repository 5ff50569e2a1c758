#pragma once

#include <optional>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// When a run's injection was paused by those who look on. Nothing new is lodged meanwhile, and what is under
// way goes on.
class InjectionPause {
 public:
  bool is_on() const { return !pauses_.empty() && !pauses_.back().until; }

  void begin(Instant now) {
    if (!is_on()) pauses_.push_back({now, std::nullopt});
  }

  // How long it was; nothing where there was none.
  Duration end(Instant now) {
    if (!is_on()) return {};
    pauses_.back().until = now;
    return now - pauses_.back().from;
  }

  // Among the faults of the report, for rates and timers show them. Seconds count from `origin`.
  std::vector<FaultRow> rows(Instant origin) const {
    std::vector<FaultRow> rows;
    for (const Pause& pause : pauses_) {
      FaultRow& row = rows.emplace_back();
      row.fault = "pause of the injection";
      row.from_s = (pause.from - origin).milliseconds() / 1e3;
      if (pause.until) row.to_s = (*pause.until - origin).milliseconds() / 1e3;
      row.outcome = "by hand; nothing new was lodged meanwhile";
    }
    return rows;
  }

 private:
  struct Pause {
    Instant from;
    std::optional<Instant> until;
  };
  std::vector<Pause> pauses_;
};

}  // namespace gnc::scenarios
