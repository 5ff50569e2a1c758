#include "scenarios/engine/run_account.h"

#include <fmt/format.h>

namespace gnc::scenarios {
namespace {

// Of a core; what uses more has none to spare.
constexpr double whole_core = 0.85;

bool kept_up(const GeneratorReport& generator) {
  return (generator.late + generator.dropped) * 100 <= generator.starts + generator.dropped;
}

std::string verdict_on(const GeneratorReport& generator) {
  if (generator.starts + generator.dropped == 0) return "no workload";
  if (kept_up(generator)) return "kept up";
  std::string text = fmt::format("{} of {} starts were more than {} late", generator.late, generator.starts,
                                 duration_text(most_lag));
  if (generator.dropped > 0) text += fmt::format(", {} were not made", generator.dropped);
  text += fmt::format("; the generator used {:.0f} % of a core, ", generator.cpu_share * 100);
  return text +
         (generator.cpu_share >= whole_core ? "which is all that it can" : "so something else held it up");
}

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
  if (facts.generator_time.microseconds > 0) {
    report.generator.cpu_share = facts.generator_cpu.milliseconds() / facts.generator_time.milliseconds();
  }
  report.generator.verdict = verdict_on(report.generator);
  report.valid = kept_up(report.generator);
  report.processes = facts.processes;
  report.links = facts.links;
  report.steps = facts.steps;
  return report;
}

std::vector<ExpectationRow> judge_expectations(const Scenario& scenario, const RunReport& report) {
  std::vector<ExpectationRow> rows;
  for (const Expectation& expectation : scenario.expectations) {
    const auto value = expectation.value(report);
    rows.push_back({expectation.text, value && compare(*value, expectation.comparison, expectation.bound),
                    value, fmt::format("{}:{}", scenario.file.string(), expectation.place.line)});
  }
  return rows;
}

}  // namespace gnc::scenarios
