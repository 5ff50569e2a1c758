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

// Counts what indicators are worked out of, once a run is over.
class IndicatorCounter {
 public:
  // The ledger, which must have heard all, and the pairs must outlive it.
  IndicatorCounter(const ExchangeLedger&, const ConsignmentPairs&, Duration real_time);

  // Of all lodgements.
  IndicatorCounts count() const;
  // Of each of so many groups: `groups_of` gives the numbers of the groups that a lodgement is in.
  using GroupsOf = std::function<std::span<const std::uint32_t>(LodgementIndex)>;
  std::vector<IndicatorCounts> count_by(std::size_t groups, const GroupsOf& groups_of) const;

 private:
  struct Times {
    HdrHistogram closing, clearance, release, usable, lead;
  };
  void add(LodgementIndex, IndicatorCounts&, Times&) const;
  void add_usable(LodgementIndex, const ExchangeLedger::Clearing*, IndicatorCounts&, Times&) const;
  static void add_clearing(const LodgementTable::Row&, const ExchangeLedger::Clearing&, IndicatorCounts&,
                           Times&);

  const ExchangeLedger& ledger_;
  const ConsignmentPairs& pairs_;
  const Duration real_time_;
  std::vector<bool> arrived_;  // also where only the stores tell
};

}  // namespace gnc::scenarios
