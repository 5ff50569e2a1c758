#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/consignment_pairs.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/hdr_histogram.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// What the indicators of some lodgements are worked out of, while they are added up.
struct IndicatorSums {
  IndicatorCounts counts;
  HdrHistogram closing, clearance, release, usable, lead;

  // With the summaries of the times.
  IndicatorCounts counted(Duration real_time) const;
};
// Whether indicators speak of it: it was lodged, and is a consignment's.
bool counts_for_indicators(const ExchangeLedger&, const LodgementTable::Row&);
// Adds one of those. `pair` is null where there is none.
void add_indicators(const ExchangeLedger&, LodgementIndex, const ConsignmentComparison* pair, bool arrived,
                    Duration real_time, IndicatorSums&);

// Counts what indicators are worked out of, once a run is over.
class IndicatorCounter {
 public:
  // The ledger, which must have heard all, and the pairs must outlive it.
  IndicatorCounter(const ExchangeLedger&, const ConsignmentPairs&, Duration real_time);

  // Of all lodgements that the ledger has, and of those that make up the sums.
  IndicatorCounts count(IndicatorSums = {}) const;
  // Of each of so many groups: `groups_of` gives the numbers of the groups that a lodgement is in.
  using GroupsOf = std::function<std::span<const std::uint32_t>(LodgementIndex)>;
  std::vector<IndicatorCounts> count_by(std::size_t groups, const GroupsOf& groups_of) const;
  std::vector<IndicatorCounts> count_by(std::vector<IndicatorSums>, const GroupsOf& groups_of) const;

 private:
  const ExchangeLedger& ledger_;
  const ConsignmentPairs& pairs_;
  const Duration real_time_;
  std::vector<bool> arrived_;  // also where only the stores tell; from the first that the ledger has
};

}  // namespace gnc::scenarios
