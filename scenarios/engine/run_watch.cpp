#include "scenarios/engine/run_watch.h"

#include <algorithm>

#include "scenarios/engine/run_account.h"

namespace gnc::scenarios {
namespace {

using State = LiveFigures::Standing::State;

constexpr std::chrono::milliseconds metrics_every{500};
constexpr std::chrono::milliseconds told_every{200};
constexpr std::chrono::seconds judged_every{1};
// Judging goes through all that was recorded: at most this share of the time is spent on it, and none any
// more once a single time would make starts late.
constexpr int share_of_time_for_judging = 100;
constexpr std::chrono::milliseconds longest_judging{20};
constexpr std::size_t most_troubles = 3;

double planned_lodgements(const std::vector<PlannedStep>& steps) {
  double planned = 0;
  for (const PlannedStep& step : steps) {
    if (step.lodgements) planned += static_cast<double>(step.lodgements->documents.size());
    planned += planned_lodgements(step.parallel);
  }
  return planned;
}

// What the plan lodges in all; of users and Poisson arrivals, what is likely.
double planned_lodgements(const RunPlan& plan) {
  double planned = planned_lodgements(plan.steps);
  for (const PlannedWorkload& workload : plan.workloads) {
    planned += workload.trade ? static_cast<double>(workload.trade->exchanges) : workload.schedule.expected();
  }
  return planned;
}

}  // namespace

State standing_so_far(Comparison comparison, std::optional<double> value, double bound) {
  if (!value) return State::not_yet;
  if (compare(*value, comparison, bound)) return State::held;
  switch (comparison) {
    case Comparison::greater:
    case Comparison::at_least:
    case Comparison::not_equal:
      return State::not_yet;
    case Comparison::equal:
      return *value < bound ? State::not_yet : State::failing;
    case Comparison::less:
    case Comparison::at_most:
      break;
  }
  return State::failing;
}

RunWatch::RunWatch(const RunPlan& plan, const ExchangeLedger& ledger, bool progress, Instant began)
    : plan_(plan), ledger_(ledger), began_(began), view_(progress) {
  for (const Expectation& expectation : plan.scenario.expectations) {
    judged_.push_back({expectation.text, State::not_yet, std::nullopt});
  }
}

Result<void> RunWatch::serve_metrics(const std::string& address) {
  auto metrics = RunMetrics::serve(address);
  if (!metrics) return tl::unexpected(metrics.error());
  metrics_ = std::move(*metrics);
  view_.say("metrics at http://" + metrics_->address() + "/metrics");
  return {};
}

bool RunWatch::due() const {
  return view_.due() || (metrics_ && metrics_due_ <= Clock::now()) || (tell_ && telling_due_ <= Clock::now());
}

void RunWatch::look(const Standing& standing) {
  if (!due()) return;
  judge(standing);
  const LiveFigures now = figures(standing);
  if (view_.due()) view_.show(now);
  if (metrics_ && metrics_due_ <= Clock::now()) {
    metrics_->publish(now);
    metrics_due_ = Clock::now() + metrics_every;
  }
  if (tell_ && telling_due_ <= Clock::now()) {
    tell_(now);
    telling_due_ = Clock::now() + told_every;
  }
}

void RunWatch::trouble(const std::string& text) {
  ++troubles_in_all_;
  troubles_.push_back(text);
  if (troubles_.size() > most_troubles) troubles_.erase(troubles_.begin());
  view_.say(text);
}

void RunWatch::judge(const Standing& standing) {
  const Clock::time_point began = Clock::now();
  if (began < judging_due_ || !standing.account) return;
  const RunReport report = standing.account();
  refused_ = report.exchange.refused;
  const std::vector<ExpectationRow> rows = judge_expectations(plan_.scenario, report);
  for (std::size_t i = 0; i < judged_.size(); ++i) {
    const Expectation& expectation = plan_.scenario.expectations[i];
    judged_[i].value = rows[i].value;
    judged_[i].state = standing_so_far(expectation.comparison, rows[i].value, expectation.bound);
  }
  const auto took = Clock::now() - began;
  judging_due_ = took > longest_judging ? Clock::time_point::max()
                                        : Clock::now() + std::max<Clock::duration>(
                                                             judged_every, took * share_of_time_for_judging);
}

LiveFigures RunWatch::figures(const Standing& standing) {
  LiveFigures figures;
  figures.scenario = plan_.scenario.name;
  figures.doing = standing.doing;
  figures.elapsed_s = (standing.now - began_).milliseconds() / 1e3;
  const auto& latency = ledger_.from_intended();
  figures.latency = {LatencySummary::of(latency.admitted), LatencySummary::of(latency.delivered),
                     LatencySummary::of(latency.processed)};
  figures.sent = ledger_.sent();
  figures.admitted = figures.latency.admitted.count;
  figures.delivered = figures.latency.delivered.count;
  figures.processed = figures.latency.processed.count;
  figures.ended = ledger_.ended();
  figures.refused = refused_;
  if (const double planned = planned_lodgements(plan_); planned > 0) {
    figures.done = static_cast<double>(figures.ended) / planned;
  }
  if (standing.workloads_began && !plan_.workloads.empty()) {
    const Duration left = *standing.workloads_began + length_of_workloads(plan_) - standing.now;
    if (left > Duration{}) {
      figures.remaining_s = left.milliseconds() / 1e3;
      for (const PlannedWorkload& workload : plan_.workloads) {
        figures.rate_asked += workload.rate.each_second;
      }
    }
  }
  ended_rate_.note(Clock::now(), figures.ended);
  figures.rate_got = ended_rate_.each_second();
  figures.faults = standing.faults;
  figures.expectations = judged_;
  figures.troubles = troubles_;
  figures.troubles_in_all = troubles_in_all_;
  return figures;
}

}  // namespace gnc::scenarios
