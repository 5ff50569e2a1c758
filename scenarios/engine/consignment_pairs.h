#pragma once

#include <unordered_map>

#include "scenarios/engine/consignment_data.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// The import declarations of a run, each beside the export declaration of the same consignment that its
// recipient already had on record when it was sent: the first, where there were several.
class ConsignmentPairs {
 public:
  ConsignmentPairs() = default;
  // The ledger must have heard all.
  ConsignmentPairs(const RunPlan&, const ExchangeLedger&);

  // Whether the plan's documents can make any.
  static bool possible(const RunPlan&);

  // Null where the lodgement is no import declaration, or the recipient had no export declaration of it.
  const ConsignmentComparison* find(LodgementIndex) const;

 private:
  std::unordered_map<LodgementIndex, ConsignmentComparison> found_;
};

}  // namespace gnc::scenarios
