#pragma once

#include <optional>
#include <vector>

#include "scenarios/engine/lodger.h"
#include "scenarios/engine/player.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/trade_rounds.h"
#include "scenarios/engine/user_pool.h"

namespace gnc::scenarios {

// Plays the scenario's workloads together. In an open model every arrival has its intended time from the
// schedule, and what is due is lodged, whatever the system does; in a closed one users wait for the system.
class WorkloadPlayer final : public Player {
 public:
  // Begins with the first advance().
  WorkloadPlayer(const RunPlan&, const ExchangeLedger&, Lodger&);

  void advance(Instant now) override;
  bool done() const override { return began_ && running_.empty() && pools_.empty() && trades_.empty(); }
  // After a pause until `now`, in which it was not advanced: all that is still to come is so much later.
  // Trades are of the virtual world, which nobody pauses.
  void postpone(Duration by, Instant now);
  // Empty also where there are none to play.
  std::optional<Instant> began() const { return plan_.workloads.empty() ? std::nullopt : began_; }
  std::optional<Instant> wake() const override;

 private:
  struct Running {
    const PlannedWorkload* planned;
    BatchIndex batch;
    Schedule schedule;
    // When the next arrival is meant to be; empty after the last.
    std::optional<Instant> next(Instant origin) const;
  };
  void begin(Instant now);

  const RunPlan& plan_;
  const ExchangeLedger& ledger_;
  Lodger& lodger_;
  std::optional<Instant> began_;
  Duration postponed_{};
  std::vector<Running> running_;
  std::vector<UserPool> pools_;
  std::vector<TradeRounds> trades_;
};

}  // namespace gnc::scenarios
