#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/engine/finished_measures.h"
#include "scenarios/engine/lodger.h"
#include "scenarios/engine/promises.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/virtual/promise_watch.h"
#include "scenarios/virtual/virtual_faults.h"
#include "scenarios/virtual/virtual_world.h"

namespace gnc::scenarios {

// Lets go of exchanges that nothing will be heard of any more, so that a run's memory does not grow with what
// it has played: their records in the stores, what their promises are judged by, and their lodgements. What
// they add up to stays.
//
// An exchange is let go of some time after its end at its sender: twenty times what the slowest so far took
// to its end, from half a minute to ten. Nothing that might hold a message back may be at fault, nor have
// been ten minutes before; sender and gateway must agree about the end, and its promises must hold. Its id is
// remembered until no copy of it could be admitted any more.
class LettingGo {
 public:
  // How much of an exchange the run can do without.
  enum class Extent { nothing, records, all };
  // What a run of this plan can do without. Pairs of consignments, checklists, a warm-up that is to be found
  // and profiles, whose business comes back to what it has decided, need more than is kept of those let go
  // of.
  static Extent extent_of(const RunPlan&);

  LettingGo(Extent, const RunPlan&, const WorldSettings&, ExchangeLedger&, Lodger&, PromiseWatch&);

  // The workloads have begun; from now on lodgements can be let go of.
  void begin(const MeasureSettings& settings);
  // An event of a party, which the ledger has heard.
  void happened(VirtualWorld&, Participant, const nodes::NodeEvent&);
  // Is there anything to let go of by now?
  bool due(VirtualTime now) const { return !ended_.empty() && ended_.front().until <= now; }
  void let_go(VirtualWorld&, const VirtualFaults&);
  bool phases_changed(const VirtualFaults& faults) const { return faults.changes() != fault_changes_; }
  void know_phases(const VirtualFaults&, const MeasureSettings&);

  // What the check of the promises begins with.
  PromiseAccount take_promises() { return std::move(account_); }
  // Null where no lodgement was let go of.
  const FinishedMeasures* finished() const { return finished_ ? &*finished_ : nullptr; }

 private:
  struct Ended {
    VirtualTime until;
    Uuid exchange;
    Participant from = 0, to = 0;
  };
  bool is_over(const ExchangeTrack&, const RecordedExchange*) const;
  void let_go(VirtualWorld&, const Ended&);
  void let_lodgements_go(Instant now);

  const Extent extent_;
  const bool has_workloads_;
  ExchangeLedger& ledger_;
  Lodger& lodger_;
  PromiseWatch& watch_;
  PromiseAccount account_;
  std::optional<FinishedMeasures> finished_;
  std::deque<Ended> ended_;
  Duration remembered_ = Duration::from_seconds(5);  // grows only, so that `ended_` is in order
  std::uint64_t fault_changes_ = 0;
};

// Whether a step looks at what is on record long after it came to its end.
bool looks_at_documents(const std::vector<PlannedStep>&);
// The longest that anything in the plan lives on its way.
Duration longest_life(const RunPlan&, const WorldSettings&);

}  // namespace gnc::scenarios
