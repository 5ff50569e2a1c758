#include "scenarios/engine/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/types/error.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/engine/step_play.h"

namespace gnc::scenarios {
namespace {

double mean_bytes(const PlannedLodgements& planned) {
  double bytes = 0;
  for (const SourceDocument& document : planned.documents)
    bytes += static_cast<double>(document.bytes.size());
  return bytes / static_cast<double>(planned.documents.size());
}

std::string size_text(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  return bytes < 1e9 ? fmt::format("{:.1f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string link_text(const LinkSettings& link) {
  std::string text = fmt::format("latency {}", duration_text(link.latency));
  if (link.jitter != Duration{}) text += fmt::format(", jitter {}", duration_text(link.jitter));
  text += link.bandwidth ? fmt::format(", {}", bandwidth_text(*link.bandwidth)) : ", no bound";
  if (link.loss > 0)
    text += fmt::format(", loss {:g} %, stalls {}", link.loss * 100, duration_text(link.stall));
  return text;
}

class PlanText {
 public:
  explicit PlanText(const RunPlan& plan) : plan_(plan), scenario_(plan.scenario) {}

  std::string text() {
    line("{} (seed {})", printable(scenario_.name), scenario_.seed);
    add_topology();
    if (!plan_.steps.empty()) line("\nSteps");
    for (const PlannedStep& step : plan_.steps) add_step(step, 1);
    if (!plan_.workloads.empty()) {
      line("\nWorkloads{}", plan_.steps.empty() ? "" : ", once the steps have held");
    }
    for (const PlannedWorkload& workload : plan_.workloads) add_workload(workload);
    if (!plan_.faults.empty()) line("\nFaults");
    for (const TimedFault& fault : plan_.faults) {
      line("  at {}  {}{}", duration_text(fault.at), words(fault.fault),
           fault.fault.name.empty() ? "" : fmt::format(", named {}", printable(fault.fault.name)));
    }
    if (!plan_.phases.empty()) line("\nPhases");
    for (const auto& [name, phase] : plan_.phases) {
      line("  {}  from {} to {}", printable(name), duration_text(phase.from),
           phase.to ? duration_text(*phase.to) : "the end");
    }
    if (!scenario_.expectations.empty()) line("\nExpectations");
    for (const Expectation& expectation : scenario_.expectations) {
      line("  {}{}", printable(expectation.text), expectation.abort ? ", or the run ends" : "");
    }
    add_sum();
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    text_ += fmt::format(format, std::forward<Values>(values)...) + "\n";
  }

  void add_topology() {
    line("\nTopology: one gateway");
    for (const PartyName& party : scenario_.topology.administrations) {
      const char* node = scenario_.topology.has_node(party)            ? ""
                         : scenario_.topology.external.contains(party) ? " (its own system)"
                                                                       : " (without a node)";
      line("  {}{}  by {}: {}", party.text(), node, link_name(party),
           link_text(scenario_.topology.link_of(party)));
    }
    if (scenario_.business_clock != 1) line("  business time {:g} times as fast", scenario_.business_clock);
    for (const auto& file : plan_.agreement_files) line("  agreement {}", printable(file.string()));
  }

  void add_step(const PlannedStep& step, std::size_t depth) {
    const std::string indent(2 * depth, ' ');
    line("{}line {}  {}", indent, step.step.place.line, printable(step_words(step)));
    if (step.lodgements) {
      const PlannedLodgements& planned = *step.lodgements;
      add_documents(planned, indent + "  ");
      documents_ += static_cast<double>(planned.documents.size());
      bytes_ += mean_bytes(planned) * static_cast<double>(planned.documents.size());
    }
    for (const PlannedStep& part : step.parallel) add_step(part, depth + 1);
  }

  void add_documents(const PlannedLodgements& planned, const std::string& indent) {
    line("{}{} document{}, {} each on average, as {} under {}", indent, planned.documents.size(),
         planned.documents.size() == 1 ? "" : "s", size_text(mean_bytes(planned)), planned.message,
         planned.agreement);
    for (const auto& file : planned.files) line("{}with {}", indent, printable(file.string()));
  }

  void add_workload(const PlannedWorkload& workload) {
    const PlannedLodgements& planned = workload.lodgements;
    std::string how;
    if (workload.trade) return add_trade(workload);
    if (workload.users) {
      how = fmt::format("{} users for {}, thinking {} to {}", workload.users->count,
                        duration_text(workload.users->length), duration_text(workload.users->least_think),
                        duration_text(workload.users->most_think));
    } else if (workload.rate == Rate{}) {
      how = fmt::format("{:.0f} all at once", workload.schedule.expected());
    } else {
      how = fmt::format("{:.0f} in {}, {} on average", workload.schedule.expected(),
                        duration_text(workload.schedule.length()), rate_text(workload.rate));
    }
    line("  {}: {} to {}, {}{}", printable(planned.name), planned.at.text(), planned.to.text(), how,
         workload.start == Duration{} ? "" : fmt::format(", from {} on", duration_text(workload.start)));
    add_documents(planned, "    ");
    const Duration length = workload.users ? workload.users->length : workload.schedule.length();
    longest_ = std::max(longest_, workload.start + length);
    if (workload.users) {
      users_ = true;
      return;
    }
    documents_ += workload.schedule.expected();
    bytes_ += mean_bytes(planned) * workload.schedule.expected();
  }

  void add_trade(const PlannedWorkload& workload) {
    const PlannedTrade& trade = *workload.trade;
    const auto most = std::ranges::max_element(trade.flows, {}, &PlannedFlow::count);
    line("  {}: {} in {}, {} on average, between {} pairs of administrations; most from {} to {}: {}{}",
         printable(workload.lodgements.name), trade.exchanges, duration_text(trade.length),
         rate_text(workload.rate), trade.flows.size(), most->lodgements.at.text(), most->lodgements.to.text(),
         most->count,
         workload.start == Duration{} ? "" : fmt::format(", from {} on", duration_text(workload.start)));
    add_documents(workload.lodgements, "    ");
    longest_ = std::max(longest_, workload.start + trade.length);
    documents_ += static_cast<double>(trade.exchanges);
    bytes_ += mean_bytes(workload.lodgements) * static_cast<double>(trade.exchanges);
  }

  void add_sum() {
    line("\n{}{:.0f} documents, {}; the workloads take {}, and open exchanges get {} to come to their end.",
         users_ ? "At least " : "", documents_, size_text(bytes_), duration_text(longest_),
         duration_text(scenario_.settle));
  }

  const RunPlan& plan_;
  const Scenario& scenario_;
  std::string text_;
  double documents_ = 0, bytes_ = 0;
  Duration longest_;
  bool users_ = false;
};

}  // namespace

std::string plan_text(const RunPlan& plan) { return PlanText(plan).text(); }

}  // namespace gnc::scenarios
