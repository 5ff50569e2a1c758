#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

#include "scenarios/engine/expectation.h"
#include "scenarios/engine/indicator.h"
#include "scenarios/engine/number_text.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {
namespace {

std::string ms(double value) {
  return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.1f}", value);
}

std::string latency_line(std::string_view stage, const LatencySummary& latency) {
  constexpr auto form = "  {:<11}{:>9}{:>9}{:>9}{:>9}{:>9}\n";
  if (latency.count == 0) return fmt::format(form, stage, "-", "-", "-", "-", 0);
  return fmt::format(form, stage, ms(latency.p50), ms(latency.p99), ms(latency.p999), ms(latency.max),
                     latency.count);
}

std::string mark(bool held) { return held ? "held" : "NOT HELD"; }

std::string rate(double each_second) {
  return each_second < 100 ? fmt::format("{:.1f}/s", each_second) : fmt::format("{:.0f}/s", each_second);
}

// What the workloads asked for and got, and how far that can be trusted.
std::string load_text(const RunReport& report) {
  if (report.rate_asked == 0) return {};
  std::string text = fmt::format("  rate: asked {}, got {}; the generator {}, p99 of its lag {} ms\n",
                                 rate(report.rate_asked), rate(report.rate_got),
                                 printable(report.generator.verdict), ms(report.lag.p99));
  if (report.warm_up != "none") {
    text += fmt::format("  warm-up: {:.1f} s left out of latencies and rates, {}\n", report.warm_up_s,
                        printable(report.warm_up));
  }
  for (const IntervalRow& row : report.intervals) {
    text += fmt::format("  {:<16}{:>9}    {} to {} in {:.0f} % of such runs\n", printable(row.measure),
                        ms(row.value), ms(row.low), ms(row.high), row.level * 100);
  }
  return text;
}

// By workload, party and phase, where that says more than the whole does.
std::string slices_text(const RunReport& report) {
  std::size_t own = 0;
  for (const SliceRow& row : report.slices) own += row.kind == "workload" || row.kind == "phase";
  if (own < 2) return {};
  std::size_t width = 16;
  const auto name = [](const SliceRow& row) { return fmt::format("{} {}", row.kind, printable(row.name)); };
  for (const SliceRow& row : report.slices) width = std::max(width, name(row).size());
  constexpr auto form = "  {:<{}}{:>10}{:>10}{:>9}{:>12}{:>9}{:>10}\n";
  std::string text = "\n" + fmt::format(form, "Slices", width, "submitted", "delivered", "refused", "p50 ms",
                                        "p99 ms", "got");
  for (const SliceRow& row : report.slices) {
    const LatencySummary& delivered = row.latency.delivered;
    const bool measured = delivered.count > 0;
    text += fmt::format(form, name(row), width, row.exchange.submitted, row.exchange.delivered,
                        row.exchange.refused, measured ? ms(delivered.p50) : "-",
                        measured ? ms(delivered.p99) : "-", row.rate_got > 0 ? rate(row.rate_got) : "-");
  }
  return text;
}

std::string indicators_text(const RunReport& report) {
  const IndicatorCounts& counts = report.indicators;
  if (counts.consignments == 0) return {};
  std::string text = "\nIndicators\n";
  for (const Indicator& indicator : indicators()) {
    const auto value = indicator.of(report.latency, counts);
    // The slow ones stand beside the middle.
    if (!value || indicator.name.ends_with(".p95")) continue;
    text +=
        fmt::format("  {:<20}{:>9}  {}{}\n", indicator.name, indicator_text(indicator, *value),
                    indicator.title, indicator.unit == Measure::Unit::milliseconds ? " Half within." : "");
  }
  if (counts.green + counts.yellow + counts.red > 0) {
    text +=
        fmt::format("  risk channels: {} green, {} yellow, {} red; {} released, {} asked for a document\n",
                    counts.green, counts.yellow, counts.red, counts.released, counts.documents_wanted);
  }
  if (!counts.discrepancies.empty()) {
    text += "  discrepancies with the partner's data:";
    const char* between = " ";
    for (const DiscrepancyRow& row : counts.discrepancies) {
      text += fmt::format("{}{} in {}", between, row.count, printable(row.field));
      between = ", ";
    }
    text += "\n";
  }
  return text;
}

// A line for each party that is held against the checklist, its periods beside each other.
std::string convergence_text(const std::vector<const ConvergenceRow*>& rows) {
  std::string text = fmt::format("\nConvergence with {} {}, period by period\n",
                                 printable(rows.front()->checklist), printable(rows.front()->version));
  std::size_t width = 0;
  for (const ConvergenceRow* row : rows) width = std::max(width, printable(row->party).size());
  const ConvergenceRow* before = nullptr;
  for (const ConvergenceRow* row : rows) {
    if (before == nullptr || before->role != row->role || before->party != row->party) {
      text += fmt::format("{}  {:<15}{:<{}}", before == nullptr ? "" : "\n", row->role, printable(row->party),
                          width + 2);
    }
    text += fmt::format("{:>7}", row->weight > 0 ? share_text(row->held / row->weight) : "-");
    before = row;
  }
  return text + "\n";
}

std::string convergence_text(const RunReport& report) {
  std::map<std::pair<std::string, std::string>, std::vector<const ConvergenceRow*>> lists;
  for (const ConvergenceRow& row : report.convergence) lists[{row.checklist, row.version}].push_back(&row);
  std::string text;
  for (const auto& [list, rows] : lists) text += convergence_text(rows);
  return text;
}

// A line for each agreement.
std::string conversations_text(const RunReport& report) {
  if (report.conversations.empty()) return {};
  std::string text = "\nHow conversations stand";
  const ConversationRow* before = nullptr;
  for (const ConversationRow& row : report.conversations) {
    const bool same = before != nullptr && before->agreement == row.agreement;
    text += same ? ", " : fmt::format("\n  {}: ", printable(row.agreement));
    text += fmt::format("{} {}", row.count, printable(row.state));
    before = &row;
  }
  return text + "\n";
}

std::string profiles_text(const RunReport& report) {
  std::string text;
  for (const ProfileRow& row : report.profiles) {
    text += fmt::format("  {} by the profile {}{}\n", printable(row.party), printable(row.profile),
                        row.illustrative ? ", which is illustrative: its numbers are invented" : "");
  }
  return text.empty() ? text : "\n" + text;
}

std::string value_text(const ExpectationRow& row) {
  if (!row.value) return "not measured";
  const auto parsed = parse_expectation(row.expect);
  if (!parsed) return number_text(*row.value);
  switch (parsed->measure->unit) {
    case Measure::Unit::milliseconds:
      return milliseconds_text(*row.value);
    case Measure::Unit::share:
      return share_text(*row.value);
    case Measure::Unit::rate:
      return rate_text(*row.value);
    case Measure::Unit::bytes:
      return bytes_text(static_cast<std::uint64_t>(*row.value));
    default:
      return number_text(*row.value);
  }
}

std::string faults_text(const RunReport& report) {
  if (report.faults.empty()) return {};
  std::string text = "\nFaults\n";
  for (const FaultRow& row : report.faults) {
    text += fmt::format("  at {:.1f} s  {}{}{}\n", row.from_s, printable(row.fault),
                        row.outcome.empty() ? "" : ": ", printable(row.outcome));
  }
  return text;
}

// Where in its document a refused one is wrong; the document itself is named already.
std::string place_in(const RefusalRow& row) {
  std::string_view place = row.where;
  if (place.starts_with(row.document)) place.remove_prefix(row.document.size());
  if (place.starts_with(':')) place.remove_prefix(1);
  std::string text = printable(place);
  if (row.pointer.empty()) return text;
  return text.empty() ? row.pointer : fmt::format("{}, {}", text, printable(row.pointer));
}

// Two columns of counts to a line.
std::string counts_text(const ExchangeCounts& counts) {
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"submitted", counts.submitted}, {"refused", counts.refused},
      {"admitted", counts.admitted},   {"expired", counts.expired},
      {"delivered", counts.delivered}, {"dead-lettered", counts.dead_lettered},
      {"processed", counts.processed}, {"duplicates suppressed", counts.duplicates_suppressed},
      {"still open", counts.open},     {"lost", counts.lost}};
  std::string text;
  for (std::size_t i = 0; i < std::size(rows); i += 2) {
    text += fmt::format("  {:<11}{:>9}    {:<22}{:>9}\n", rows[i].first, rows[i].second, rows[i + 1].first,
                        rows[i + 1].second);
  }
  return text;
}

std::string cpu_text(std::string_view process, std::uint64_t cpu_us) {
  return fmt::format("  {:<11}{:>9.1f} ms CPU", process, static_cast<double>(cpu_us) / 1e3);
}

std::string process_line(const ProcessRow& row) {
  std::string text = cpu_text(row.process, row.cpu_us);
  // Nobody measures the memory of a process that is simulated.
  if (row.peak_memory_bytes != 0) text += ", peak " + bytes_text(row.peak_memory_bytes);
  if (row.restarts > 0) text += fmt::format(", started again {} times", row.restarts);
  return text += '\n';
}

// A world has hundreds of processes: all of them are in report.json.
std::string cost_text(const RunReport& report) {
  constexpr std::size_t most = 12;
  std::vector<const ProcessRow*> rows;
  for (const ProcessRow& row : report.processes) rows.push_back(&row);
  std::string text = "\nCost\n";
  const bool few = rows.size() <= most + 1;
  if (!few) std::ranges::stable_sort(rows, std::ranges::greater(), &ProcessRow::cpu_us);
  std::uint64_t more = 0, others_us = 0, largest_us = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ProcessRow& row = *rows[i];
    if (few || i < most || row.restarts > 0) {
      text += process_line(row);
      continue;
    }
    ++more;
    others_us += row.cpu_us;
    largest_us = std::max(largest_us, row.cpu_us);
  }
  if (more > 0) {
    text += cpu_text(fmt::format("{} more", more), others_us) +
            fmt::format(", none more than {:.1f}\n", static_cast<double>(largest_us) / 1e3);
  }
  if (const auto cost = report.cpu_us_per_exchange()) {
    text += fmt::format("  {:.0f} us CPU an exchange, all processes\n", *cost);
  }
  return text;
}

}  // namespace

std::string report_table(const RunReport& report) {
  std::string text =
      fmt::format("{}  (world {}, seed {}, {:.1f} s{})\n\n", printable(report.scenario), report.world,
                  report.seed, report.took_seconds, report.interrupted ? ", INTERRUPTED" : "");
  if (!report.aborted.empty()) {
    text += fmt::format("  ENDED as soon as this did not hold: {}\n\n", printable(report.aborted));
  }
  text += fmt::format("  {:<11}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "ms", "p50", "p99", "p99.9", "max", "count");
  text += latency_line("admitted", report.latency.admitted);
  text += latency_line("delivered", report.latency.delivered);
  text += latency_line("processed", report.latency.processed);
  text += load_text(report);
  text += "\n" + counts_text(report.exchange);
  if (report.answers.submitted > 0) {
    text += fmt::format("  answers: {} accepted, {} rejected\n", report.answers.accepted,
                        report.answers.rejected);
  }
  if (report.pushes.submitted > 0) {
    text += fmt::format("  of their own accord: {} sent, {} delivered\n", report.pushes.submitted,
                        report.pushes.delivered);
  }
  if (!report.refusals.empty()) {
    text += "\nRefused\n";
    for (const RefusalRow& row : report.refusals) {
      text += fmt::format("  {} {} {}\n", row.code, row.name, printable(row.document));
      std::string said = printable(row.detail);
      if (const auto place = place_in(row); !place.empty()) said += fmt::format(", at {}", place);
      if (row.count > 1) said += fmt::format(" ({} times)", row.count);
      if (!said.empty()) text += fmt::format("      {}\n", said);
      text += fmt::format("      {}\n", printable(row.remedy));
    }
  }
  text += indicators_text(report);
  text += convergence_text(report);
  text += conversations_text(report);
  text += slices_text(report);
  text += faults_text(report);
  if (!report.steps.empty()) {
    text += "\nSteps\n";
    for (const StepRow& row : report.steps) {
      text += fmt::format("  {:<9} {}  ({} ms){}{}\n", mark(row.held), printable(row.step), ms(row.took_ms),
                          row.detail.empty() ? "" : ": ", printable(row.detail));
    }
  }
  text += "\nPromises\n";
  for (const PromiseRow& row : report.promises) {
    text += fmt::format("  {:<9} {}{}{}\n", mark(row.held), row.promise, row.detail.empty() ? "" : ": ",
                        printable(row.detail));
  }
  if (!report.expectations.empty()) {
    text += "\nExpectations\n";
    for (const ExpectationRow& row : report.expectations) {
      text +=
          fmt::format("  {:<9} {}  (it was {})\n", mark(row.held), printable(row.expect), value_text(row));
    }
  }
  text += profiles_text(report);
  text += cost_text(report);
  if (!report.valid) {
    text += fmt::format("\nINVALID: {}. Ask for a lower rate, or give the generator a core.\n",
                        printable(report.generator.verdict));
  }
  return text;
}

}  // namespace gnc::scenarios
