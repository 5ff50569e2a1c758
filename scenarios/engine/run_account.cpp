#include "scenarios/engine/run_account.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "model/agreement/business_time.h"
#include "nodes/window/profile.h"
#include "scenarios/engine/convergence.h"

namespace gnc::scenarios {
namespace {

Duration seconds(double value) { return {static_cast<std::int64_t>(value * 1e6)}; }

// Of a core; what uses more has none to spare.
constexpr double whole_core = 0.85;

// Of a run so long, a second is not looked at by itself.
constexpr Duration longest_by_seconds = Duration::from_seconds(3600);
constexpr Duration long_log_interval = Duration::from_seconds(60);

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

// What needs no measuring.
RunReport outline_of(const RunFacts& facts) {
  RunReport report;
  report.scenario = facts.plan.scenario.name;
  report.world = facts.world;
  report.version = facts.version;
  report.seed = facts.plan.scenario.seed;
  report.started_at = facts.started_at;
  report.took_seconds = (facts.ended - facts.began).milliseconds() / 1e3;
  report.interrupted = facts.interrupted;
  report.aborted = facts.aborted;
  report.answers = facts.ledger.answers();
  report.pushes = facts.ledger.pushes();
  report.refusals = facts.ledger.refusals();
  report.processes = facts.processes;
  report.links = facts.links;
  report.steps = facts.steps;
  report.faults = facts.faults;
  report.conversations = facts.conversations;
  for (const auto& [party, profile] : facts.plan.profiles)
    report.profiles.push_back({party.text(), profile->name, profile->title, profile->illustrative});
  return report;
}

// Named as expectations look for it (Selection::text()).
MeasuredSelection measured(const Selection& selection) {
  const auto& parts = selection.parts();
  const auto value = [&](std::string_view key) -> std::optional<std::string> {
    const std::string_view text = selection.value(key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  const bool one = parts.size() == 1;
  return {one ? parts.front().first : "selection",
          one ? parts.front().second : selection.text(),
          value("workload"),
          value("from"),
          value("to"),
          value("phase")};
}

void judge_generator(const RunFacts& facts, RunReport& report) {
  if (facts.generator_time.microseconds > 0) {
    report.generator.cpu_share = facts.generator_cpu.milliseconds() / facts.generator_time.milliseconds();
  }
  report.generator.verdict = verdict_on(report.generator);
  report.valid = kept_up(report.generator);
}

std::vector<ConvergenceRow> convergence(const RunFacts& facts, const MeasureSettings& settings,
                                        const ConsignmentPairs& pairs) {
  if (facts.plan.checklists.empty()) return {};
  ChecklistView view{facts.plan.checklists, facts.plan.profiles, settings.origin, {}};
  const auto& choice = facts.plan.scenario.checklist;
  if (choice && choice->every) view.every = model::scaled(*choice->every, facts.plan.scenario.business_clock);
  return convergence_of(view, facts.ledger, IndicatorCounter(facts.ledger, pairs, settings.real_time));
}

}  // namespace

MeasureSettings measure_settings(const RunFacts& facts) {
  const Scenario& scenario = facts.plan.scenario;
  MeasureSettings settings{facts.origin, facts.ended, {}, {}, {}, scenario.real_time};
  std::map<std::string, Phase> phases = facts.plan.phases;
  // A named fault's phase is when it was in force, which its plan only foresees.
  for (const FaultRow& fault : facts.faults) {
    if (fault.name.empty() || scenario.phases.contains(fault.name)) continue;
    Phase& phase = phases[fault.name] = {seconds(fault.from_s), std::nullopt};
    if (fault.to_s) phase.to = seconds(*fault.to_s);
  }
  for (const auto& [name, phase] : phases) settings.phases.push_back({name, phase.from, phase.to});
  for (const Selection& selection : facts.plan.selections) settings.selections.push_back(measured(selection));
  if (length_of_workloads(facts.plan) > longest_by_seconds) settings.log_interval = long_log_interval;
  if (scenario.warm_up.kind == WarmUp::Kind::given) {
    settings.warm_up = {MeasuredWarmUp::Kind::given, scenario.warm_up.length};
  } else if (scenario.warm_up.kind == WarmUp::Kind::found) {
    settings.warm_up.kind = MeasuredWarmUp::Kind::found;
  }
  return settings;
}

RunReport account_of(const RunFacts& facts) {
  RunReport report = outline_of(facts);
  report.exchange = facts.ledger.counts();
  const MeasureSettings settings = measure_settings(facts);
  const ConsignmentPairs pairs(facts.plan, facts.ledger);
  measure_run(facts.ledger, settings, pairs, report, facts.finished);
  report.convergence = convergence(facts, settings, pairs);
  judge_generator(facts, report);
  return report;
}

RunReport account_so_far(const RunFacts& facts, MeasuresSoFar& measures) {
  RunReport report = outline_of(facts);
  measures.fill(measure_settings(facts), report);
  judge_generator(facts, report);
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
