#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "proto/types/party_name.h"
#include "scenarios/engine/checklist.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/indicator_counter.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Checklists with what they are held against.
struct ChecklistView {
  const Checklists& checklists;
  const std::map<PartyName, std::shared_ptr<const window::Profile>>& profiles;
  Instant origin;                 // what periods count from
  std::optional<Duration> every;  // how long one is, by the network's clock; without, all is one
};

// How much of its checklist each administration and each trader does, period by period. An administration is
// looked at by what came to it, and a trader is whoever lodges what one workload or step lodges. Where
// nothing was lodged in a period, or nobody has a checklist for it, there is no row.
std::vector<ConvergenceRow> convergence_of(const ChecklistView&, const ExchangeLedger&,
                                           const IndicatorCounter&);

// Of several rows, all weighed together; empty where there is none.
std::optional<double> convergence_share(const std::vector<const ConvergenceRow*>&);

}  // namespace gnc::scenarios
