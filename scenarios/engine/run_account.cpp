#include "scenarios/engine/run_account.h"

#include <fmt/format.h>

namespace gnc::scenarios {
namespace {

// Later than this for 1 in 100, the generator and not the system is what the latencies show.
constexpr double most_lag_ms = 50;

StageLatencies stages(const ExchangeLedger::Histograms& histograms) {
  return {LatencySummary::of(histograms.admitted), LatencySummary::of(histograms.delivered),
          LatencySummary::of(histograms.processed)};
}

}  // namespace

RunReport account_of(RunFacts facts) {
  const ExchangeLedger& ledger = facts.ledger;
  RunReport report;
  report.scenario = facts.plan.scenario.name;
  report.world = "live";
  report.version = std::move(facts.version);
  report.seed = facts.plan.scenario.seed;
  report.started_at = std::move(facts.started_at);
  report.took_seconds = facts.took_seconds;
  report.interrupted = facts.interrupted;
  report.exchange = ledger.counts();
  report.answers = ledger.answers();
  report.refusals = ledger.refusals();
  report.latency = stages(ledger.from_intended());
  report.service = stages(ledger.from_sent());
  report.lag = LatencySummary::of(ledger.lag());
  for (const PlannedWorkload& workload : facts.plan.workloads) {
    if (workload.rate) report.rate_asked += workload.rate->each_second;
  }
  report.rate_got = facts.took_seconds > 0 ? static_cast<double>(ledger.ended()) / facts.took_seconds : 0;
  report.valid = report.rate_asked == 0 || report.lag.p99 <= most_lag_ms;
  report.processes = std::move(facts.processes);
  report.links = std::move(facts.links);
  report.steps = std::move(facts.steps);
  return report;
}

std::vector<ExpectationRow> judge_expectations(const Scenario& scenario, const RunReport& report) {
  std::vector<ExpectationRow> rows;
  for (const Expectation& expectation : scenario.expectations) {
    const auto value = expectation.measure->of(report);
    rows.push_back({expectation.text, value && compare(*value, expectation.comparison, expectation.bound),
                    value, fmt::format("{}:{}", scenario.file.string(), expectation.place.line)});
  }
  return rows;
}

}  // namespace gnc::scenarios
