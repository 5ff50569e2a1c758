#pragma once

#include <functional>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Counts what indicators are worked out of, once a run is over.
class IndicatorCounter {
 public:
  // The ledger must outlive it, and have heard all.
  IndicatorCounter(const ExchangeLedger&, Duration real_time);

  // Of the lodgements that `choose` is true for.
  IndicatorCounts count(const std::function<bool(LodgementIndex)>& choose) const;

 private:
  const ExchangeLedger& ledger_;
  const Duration real_time_;
  std::vector<bool> arrived_;  // also where only the stores tell
};

}  // namespace gnc::scenarios
