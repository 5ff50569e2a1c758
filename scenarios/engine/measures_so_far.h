#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/measure_settings.h"
#include "scenarios/engine/measure_tally.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// What a run has measured so far, for expectations that are looked at while it runs: counts, latencies, rates
// and slices. What has ended is added up once, so that a look costs as much as what happened since the last
// one, whatever the run's length. A warm-up that is yet to be found leaves nothing out, and what only the
// stores tell is not counted.
class MeasuresSoFar {
 public:
  explicit MeasuresSoFar(const ExchangeLedger& ledger)
      : ledger_(ledger), whole_{Selector(ledger, {}, {}), {}, {}} {}

  // `settings.ended` is now.
  void fill(const MeasureSettings&, RunReport&);

 private:
  struct Part {
    MeasuredSelection selection;
    Selector selector;
    SliceTally done;
  };
  // What all lodgements add up to.
  struct Whole {
    Selector selector;
    SliceTally exchanges;
    GeneratorReport generator;
  };
  void follow(const MeasureSettings&);
  void add(const LodgementTable::Row&, const MeasureSettings&, Whole&, std::vector<SliceTally*>&);

  const ExchangeLedger& ledger_;
  Whole whole_;
  std::vector<Part> parts_;
  LodgementIndex first_ = 0;  // all before it are added up
  std::vector<bool> done_;    // from `first_` on
};

}  // namespace gnc::scenarios
