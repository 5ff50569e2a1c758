#include "scenarios/report/page_measures.h"

#include <fmt/format.h>

#include <utility>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/latency_table.h"
#include "scenarios/report/page_indicators.h"
#include "scenarios/report/percentile_chart.h"
#include "scenarios/report/timeline_chart.h"

namespace gnc::scenarios {
namespace {

constexpr double wide = 976;
constexpr double narrow = 360;
// Longer timelines are in timeline.csv.
constexpr std::size_t most_seconds_listed = 600;

Html picture(const std::string& wide_one, const std::string& narrow_one, std::string_view caption) {
  return element("figure", "", Html::own(wide_one + narrow_one) + element("figcaption", "", caption));
}

Html stage_table(const std::string& pointer, const StageLatencies& latency) {
  const auto stage = [](std::string_view name, std::string_view meaning) {
    return element("span", "name-of", name) + element("span", "soft", meaning);
  };
  return table(latency_columns(), {latency_cells(stage("admitted", "the sender has the gateway's receipt"),
                                                 pointer + "/admitted", latency.admitted),
                                   latency_cells(stage("delivered", "the recipient has it on record"),
                                                 pointer + "/delivered", latency.delivered),
                                   latency_cells(stage("processed", "the sender has the answer"),
                                                 pointer + "/processed", latency.processed)});
}

Html fault_table(const RunReport& report) {
  if (report.faults.empty()) return {};
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < report.faults.size(); ++i) {
    const FaultRow& fault = report.faults[i];
    Html words = Html::text(fault.fault);
    if (!fault.name.empty()) words += element("span", "soft", fault.name);
    rows.push_back({std::move(words), seconds(fmt::format("/faults/{}/from_s", i), fault.from_s),
                    fault.to_s ? seconds(fmt::format("/faults/{}/to_s", i), *fault.to_s) : Html::text("–"),
                    Html::text(fault.outcome)});
  }
  return element("h3", "", "What was made to go wrong") +
         table({{"fault"}, {"from", true}, {"to", true}, {"what it did"}}, rows);
}

Html second_by_second(const RunReport& report) {
  if (report.timeline.size() > most_seconds_listed) {
    return element("p", "soft", "The numbers of every second are in timeline.csv.");
  }
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < report.timeline.size(); ++i) {
    const TimelineRow& row = report.timeline[i];
    const auto pointer = [i](const char* field) { return fmt::format("/timeline/{}/{}", i, field); };
    rows.push_back({count(pointer("second"), row.second), number(pointer("asked"), row.asked),
                    count(pointer("sent"), row.sent), count(pointer("admitted"), row.admitted),
                    count(pointer("delivered"), row.delivered), count(pointer("ended"), row.ended),
                    count(pointer("refused"), row.refused),
                    milliseconds_or_none(pointer("delivered_p50_ms"), row.delivered_p50_ms),
                    milliseconds_or_none(pointer("delivered_p99_ms"), row.delivered_p99_ms),
                    milliseconds_or_none(pointer("delivered_max_ms"), row.delivered_max_ms)});
  }
  const Html markup = folded("Second by second, in numbers", table({{"second", true},
                                                                    {"asked", true},
                                                                    {"sent", true},
                                                                    {"admitted", true},
                                                                    {"delivered", true},
                                                                    {"ended", true},
                                                                    {"refused", true},
                                                                    {"delivered 50 %", true},
                                                                    {"99 %", true},
                                                                    {"slowest", true}},
                                                                   rows));
  return element("div", "long", markup);
}

}  // namespace

Html latencies(const RunReport& report, const std::vector<LatencyCurve>& curves) {
  const StageLatencies& latency = report.latency;
  if (latency.admitted.count + latency.delivered.count + latency.processed.count + report.lag.count == 0)
    return {};
  Html content;
  if (const std::string chart = percentile_chart(curves, wide); !chart.empty()) {
    content += picture(
        chart, percentile_chart(curves, narrow),
        "To the right, ever fewer exchanges: the last part of the curve is the slowest few, which a mean "
        "would hide.");
  }
  content += stage_table("/latency_ms", latency);
  content += folded(
      "Counted from the sending, and how late the generator sent",
      stage_table("/service_ms", report.service) +
          table(latency_columns(),
                {latency_cells(element("span", "name-of", "sent") +
                                   element("span", "soft", "from the intended time: the generator's own lag"),
                               "/lag_ms", report.lag)}));
  std::string lead =
      "From the moment at which an exchange was meant to start, so that a stall counts against every one "
      "that it held up.";
  if (report.warm_up_s > 0) {
    lead += fmt::format(" The first {} are warm-up ({}) and are left out.",
                        milliseconds_text(report.warm_up_s * 1e3), report.warm_up);
  }
  return section("latency", "How long it took", lead, content);
}

Html rate_and_latency_over_time(const RunReport& report) {
  if (report.timeline.empty() && report.faults.empty()) return {};
  Html content;
  if (const std::string chart = timeline_chart(report, wide); !chart.empty()) {
    std::string caption = "Latencies stand where the exchange was meant to start, rates where they happened.";
    if (!report.faults.empty()) caption += " Red bands are the times of faults.";
    if (const auto seconds = seconds_a_point(report); seconds > 1) {
      caption +=
          fmt::format(" Each point is {} s: the mean rate, and the latencies of the worst second.", seconds);
    }
    content += picture(chart, timeline_chart(report, narrow), caption);
  }
  return section("time", "Rate and latency over time", "",
                 content + fault_table(report) + second_by_second(report));
}

Html by_workload_party_and_phase(const RunReport& report) {
  if (report.slices.empty()) return {};
  std::vector<std::vector<Html>> rows;
  Html details;
  for (std::size_t i = 0; i < report.slices.size(); ++i) {
    const SliceRow& slice = report.slices[i];
    const std::string pointer = fmt::format("/slices/{}", i);
    const auto counted = [&](const char* field, std::uint64_t value) {
      return count(pointer + "/exchange/" + field, value);
    };
    const LatencySummary& delivered = slice.latency.delivered;
    rows.push_back(
        {element("span", "name-of", slice.name) + element("span", "soft", slice.kind),
         counted("submitted", slice.exchange.submitted), counted("delivered", slice.exchange.delivered),
         counted("refused", slice.exchange.refused), counted("lost", slice.exchange.lost),
         milliseconds_or_none(pointer + "/latency_ms/delivered/p50", delivered.p50),
         milliseconds_or_none(pointer + "/latency_ms/delivered/p99", delivered.p99),
         rate(pointer + "/rate/asked", slice.rate_asked), rate(pointer + "/rate/got", slice.rate_got)});
    const ExchangeCounts& exchange = slice.exchange;
    details += element("h3", "", fmt::format("{} {}", slice.kind, slice.name)) +
               stage_table(pointer + "/latency_ms", slice.latency) +
               table({{"admitted", true},
                      {"processed", true},
                      {"expired", true},
                      {"dead-lettered", true},
                      {"open", true},
                      {"duplicates suppressed", true},
                      {"delivered twice", true}},
                     {{counted("admitted", exchange.admitted), counted("processed", exchange.processed),
                       counted("expired", exchange.expired), counted("dead_lettered", exchange.dead_lettered),
                       counted("open", exchange.open),
                       counted("duplicates_suppressed", exchange.duplicates_suppressed),
                       counted("delivered_twice", exchange.delivered_twice)}}) +
               indicator_counts(pointer + "/indicator_counts", slice.indicators);
  }
  return section("parts", "By workload, party and phase",
                 "The same measures of a part of the exchanges: of a workload or step, from a sender, to a "
                 "recipient, or "
                 "in a phase of the run.",
                 long_table({{"part"},
                             {"lodged", true},
                             {"delivered", true},
                             {"refused", true},
                             {"lost", true},
                             {"delivered 50 %", true},
                             {"99 %", true},
                             {"asked", true},
                             {"got", true}},
                            std::move(rows), 40) +
                     element("div", "long", folded("Every stage of every part", details)));
}

Html how_sure(const RunReport& report) {
  if (report.intervals.empty()) return {};
  std::vector<std::vector<Html>> rows;
  for (std::size_t i = 0; i < report.intervals.size(); ++i) {
    const IntervalRow& row = report.intervals[i];
    const auto pointer = [i](const char* field) { return fmt::format("/intervals/{}/{}", i, field); };
    rows.push_back({element("code", "", row.measure), number(pointer("value"), row.value),
                    number(pointer("low"), row.low), number(pointer("high"), row.high),
                    share(pointer("level"), row.level), count(pointer("batches"), row.batches)});
  }
  return section(
      "certainty", "How sure the numbers are",
      "An interval that holds the true value as often as its level says, from batches of this run or from "
      "repeated runs. Times are in milliseconds.",
      table(
          {{"measure"}, {"estimate", true}, {"from", true}, {"to", true}, {"level", true}, {"batches", true}},
          rows));
}

Html generator_health(const RunReport& report) {
  const GeneratorReport& generator = report.generator;
  std::string words = report.valid ? "The result is valid" : "The result is invalid";
  if (!generator.verdict.empty()) words += (report.valid ? ": the generator " : ": ") + generator.verdict;
  const auto row = [](std::string_view name, Html value) {
    return std::vector<Html>{Html::text(name), std::move(value)};
  };
  return section(
      "generator", "Whether the load generator kept up",
      "Load is sent by a schedule that waits for nothing. Where the generator itself is late, latencies say "
      "more of it than of the system.",
      element("p", report.valid ? "" : "name-of", words + ".") +
          table({{"generator"}, {"", true}},
                {row("asked for by the schedules", rate("/rate/asked", report.rate_asked)),
                 row("came to their end", rate("/rate/got", report.rate_got)),
                 row("starts", count("/generator/starts", generator.starts)),
                 row("of these, late", count("/generator/late", generator.late)),
                 row("intended, and not begun", count("/generator/dropped", generator.dropped)),
                 row("its own share of one core", share("/generator/cpu_share", generator.cpu_share)),
                 row("warm-up left out: " + report.warm_up, seconds("/warm_up_s", report.warm_up_s))}));
}

Html costs(const RunReport& report) {
  if (report.processes.empty() && report.links.empty()) return {};
  Html content;
  if (const auto cost = report.cpu_us_per_exchange()) {
    content +=
        element("p", "",
                Html::text("All processes together took ") + number("/cost/cpu_us_per_exchange", *cost) +
                    Html::text(" microseconds of processor time for each exchange that was delivered."));
  }
  std::vector<std::vector<Html>> processes;
  for (std::size_t i = 0; i < report.processes.size(); ++i) {
    const ProcessRow& row = report.processes[i];
    const auto pointer = [i](const char* field) { return fmt::format("/cost/processes/{}/{}", i, field); };
    processes.push_back({element("span", "name-of", row.process), microseconds(pointer("cpu_us"), row.cpu_us),
                         bytes_or_none(pointer("peak_memory_bytes"), row.peak_memory_bytes),
                         count(pointer("restarts"), row.restarts)});
    for (std::size_t j = 0; j < row.threads.size(); ++j) {
      const ThreadRow& thread = row.threads[j];
      processes.push_back(
          {Html::text("its " + thread.thread),
           microseconds(fmt::format("/cost/processes/{}/threads/{}/cpu_us", i, j), thread.cpu_us),
           {},
           {}});
    }
  }
  content +=
      long_table({{"process"}, {"processor time", true}, {"most memory", true}, {"started again", true}},
                 std::move(processes), 48);
  std::vector<std::vector<Html>> links;
  for (std::size_t i = 0; i < report.links.size(); ++i) {
    const LinkRow& row = report.links[i];
    const auto pointer = [i](const char* field) { return fmt::format("/cost/links/{}/{}", i, field); };
    links.push_back({element("span", "name-of", row.link), bytes(pointer("bytes_up"), row.bytes_up),
                     bytes(pointer("bytes_down"), row.bytes_down),
                     count(pointer("connections"), row.connections)});
  }
  if (!links.empty())
    content +=
        long_table({{"link"}, {"to the gateway", true}, {"from the gateway", true}, {"connections", true}},
                   std::move(links), 24);
  return section("cost", "What it took", "", content);
}

}  // namespace gnc::scenarios
