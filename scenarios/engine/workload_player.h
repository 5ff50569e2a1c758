#pragma once

#include <optional>
#include <vector>

#include "scenarios/engine/lodger.h"
#include "scenarios/engine/player.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// Plays the scenario's workloads together. Every arrival has its intended time from the schedule; what is due
// is lodged, whatever the system does.
class WorkloadPlayer final : public Player {
 public:
  // Begins with the first advance().
  WorkloadPlayer(const RunPlan&, Lodger&);

  void advance(Instant now) override;
  bool done() const override { return began_ && running_.empty(); }
  // Empty also where there are none to play.
  std::optional<Instant> began() const { return plan_.workloads.empty() ? std::nullopt : began_; }
  std::optional<Instant> wake() const override;

 private:
  struct Running {
    const PlannedWorkload* planned;
    BatchIndex batch;
    Schedule schedule;
    // When the next arrival is meant to be; empty after the last.
    std::optional<Instant> next(Instant began) const;
  };

  const RunPlan& plan_;
  Lodger& lodger_;
  std::optional<Instant> began_;
  std::vector<Running> running_;
};

}  // namespace gnc::scenarios
