#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "scenarios/engine/exchange_ledger.h"
#include "scenarios/engine/live_view.h"
#include "scenarios/engine/rate_meter.h"
#include "scenarios/engine/run_metrics.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// Lets people and monitors see how a run gets on: in the live view, and at the run's metrics page. Costs the
// run's thread a bounded share of its time.
class RunWatch {
 public:
  // How the run stands, told by who plays it.
  struct Standing {
    Instant now;
    std::string doing;
    std::optional<Instant> workloads_began;
    std::vector<std::string> faults;  // in force
    // The report as it would be now, for the expectations so far; empty before the run has begun.
    std::function<RunReport()> account;
  };

  RunWatch(const RunPlan&, const ExchangeLedger&, bool progress, Instant began);

  // From now on also at this address ("127.0.0.1:9100").
  Result<void> serve_metrics(const std::string& address);

  // From now on also to this, several times a second.
  void tell(std::function<void(const LiveFigures&)> tell) { tell_ = std::move(tell); }

  // To be called often.
  bool due() const;
  void look(const Standing&);
  // The run is over: whoever is told has the last of it.
  void conclude(const Standing& standing) {
    telling_due_ = {};
    look(standing);
  }
  // Something that went wrong on the way, and stays in view.
  void trouble(const std::string& text);
  void say(const std::string& text) { view_.say(text); }

 private:
  using Clock = std::chrono::steady_clock;

  LiveFigures figures(const Standing&);
  void judge(const Standing&);

  const RunPlan& plan_;
  const ExchangeLedger& ledger_;
  Instant began_;
  LiveView view_;
  std::unique_ptr<RunMetrics> metrics_;
  Clock::time_point metrics_due_{};
  std::function<void(const LiveFigures&)> tell_;
  Clock::time_point telling_due_{};
  RateMeter ended_rate_;
  // What is kept from one look to the next.
  std::vector<LiveFigures::Standing> judged_;
  std::uint64_t refused_ = 0;
  Clock::time_point judging_due_{};
  std::vector<std::string> troubles_;
  std::uint64_t troubles_in_all_ = 0;
};

// How an expectation fares before the run is over: what can still come true has not failed yet.
LiveFigures::Standing::State standing_so_far(Comparison, std::optional<double> value, double bound);

}  // namespace gnc::scenarios
