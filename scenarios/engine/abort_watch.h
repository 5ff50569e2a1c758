#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "proto/types/instant.h"
#include "scenarios/engine/expectation.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// Ends a run as soon as an expectation that may abort it does not hold. Looks every second, and less often
// where looking takes long.
class AbortWatch {
 public:
  // `expectations` must outlive this.
  explicit AbortWatch(const std::vector<Expectation>& expectations);

  // Of the run's expectations: which one did not hold, and what was measured.
  struct Broken {
    std::size_t number = 0;
    double value = 0;
  };

  // Whether it is time to look again. `began` is when the workloads did; empty: they have not.
  bool due(std::optional<Instant> began, Instant now) const;
  // `account` gives the report as it would be now, and `clock` the time when that is done. What the run has
  // not measured yet cannot be broken.
  void look(Instant began, Instant now, const std::function<RunReport()>& account,
            const std::function<Instant()>& clock);
  const std::optional<Broken>& broken() const { return broken_; }

 private:
  const std::vector<Expectation>& expectations_;
  std::vector<std::size_t> aborting_;
  Instant next_{};
  std::optional<Broken> broken_;
};

}  // namespace gnc::scenarios
