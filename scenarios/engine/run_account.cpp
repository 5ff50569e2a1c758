#include "scenarios/engine/run_account.h"

#include <fmt/format.h>

namespace gnc::scenarios {
namespace {

// Later than this for 1 in 100, the generator and not the system is what the latencies show.
constexpr double most_lag_ms = 50;

}  // namespace

MeasureSettings measure_settings(const RunFacts& facts) {
  const Scenario& scenario = facts.plan.scenario;
  MeasureSettings settings{facts.origin, facts.ended, {}, {}};
  for (const auto& [name, phase] : scenario.phases) settings.phases.push_back({name, phase.from, phase.to});
  if (scenario.warm_up.kind == WarmUp::Kind::given) {
    settings.warm_up = {MeasuredWarmUp::Kind::given, scenario.warm_up.length};
  } else if (scenario.warm_up.kind == WarmUp::Kind::found) {
    settings.warm_up.kind = MeasuredWarmUp::Kind::found;
  }
  return settings;
}

RunReport account_of(const RunFacts& facts) {
  RunReport report;
  report.scenario = facts.plan.scenario.name;
  report.world = "live";
  report.version = facts.version;
  report.seed = facts.plan.scenario.seed;
  report.started_at = facts.started_at;
  report.took_seconds = (facts.ended - facts.began).milliseconds() / 1e3;
  report.interrupted = facts.interrupted;
  report.exchange = facts.ledger.counts();
  report.answers = facts.ledger.answers();
  report.refusals = facts.ledger.refusals();
  measure_run(facts.ledger, measure_settings(facts), report);
  report.valid = report.rate_asked == 0 || report.lag.p99 <= most_lag_ms;
  report.processes = facts.processes;
  report.links = facts.links;
  report.steps = facts.steps;
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
