#include "scenarios/engine/expectation.h"

#include <fmt/format.h>

#include <array>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"
#include "model/yaml/yaml_table.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {
namespace {

using Unit = Measure::Unit;

template <std::uint64_t ExchangeCounts::*Member>
std::optional<double> count(const RunReport& report) {
  return static_cast<double>(report.exchange.*Member);
}

template <std::uint64_t AnswerCounts::*Member>
std::optional<double> answer_count(const RunReport& report) {
  return static_cast<double>(report.answers.*Member);
}

template <LatencySummary StageLatencies::*Stage, double LatencySummary::*Point>
std::optional<double> latency(const RunReport& report) {
  const LatencySummary& stage = report.latency.*Stage;
  if (stage.count == 0) return std::nullopt;
  return stage.*Point;
}

template <double LatencySummary::*Point>
std::optional<double> lag(const RunReport& report) {
  if (report.lag.count == 0) return std::nullopt;
  return report.lag.*Point;
}

template <LatencySummary StageLatencies::*Stage>
void add_stage(std::vector<Measure>& all, std::array<std::string_view, 7> names, std::string_view meaning) {
  all.push_back({names[0], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p50>});
  all.push_back({names[1], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p90>});
  all.push_back({names[2], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p95>});
  all.push_back({names[3], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p99>});
  all.push_back({names[4], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p999>});
  all.push_back({names[5], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::p999>});
  all.push_back({names[6], meaning, Unit::milliseconds, latency<Stage, &LatencySummary::max>});
}

std::vector<Measure> make_measures() {
  std::vector<Measure> all;
  const auto add_count = [&all](std::string_view full, std::string_view meaning, auto of) {
    all.push_back({full, meaning, Unit::count, of});
    all.push_back({full.substr(full.find('.') + 1), meaning, Unit::count, of});
  };
  add_count("exchange.submitted", "documents that were lodged", count<&ExchangeCounts::submitted>);
  add_count("exchange.admitted", "recorded by the gateway", count<&ExchangeCounts::admitted>);
  add_count("exchange.delivered", "verified and recorded by the recipient",
            count<&ExchangeCounts::delivered>);
  add_count("exchange.processed", "dealt with by the recipient's business",
            count<&ExchangeCounts::processed>);
  add_count("exchange.refused", "refused, at the window, the gateway or the recipient",
            count<&ExchangeCounts::refused>);
  add_count("exchange.expired", "not delivered or answered in time", count<&ExchangeCounts::expired>);
  add_count("exchange.dead_lettered", "given up by the gateway", count<&ExchangeCounts::dead_lettered>);
  add_count("exchange.open", "not at their end when the run ended", count<&ExchangeCounts::open>);
  add_count("exchange.duplicates_suppressed", "envelopes that came again and were not dealt with again",
            count<&ExchangeCounts::duplicates_suppressed>);
  add_count("exchange.delivered_twice", "exchanges that a business saw twice",
            count<&ExchangeCounts::delivered_twice>);
  add_count("exchange.lost", "admitted, and then neither at an end nor on record",
            count<&ExchangeCounts::lost>);
  all.push_back(
      {"answers.accepted", "answers that accept", Unit::count, answer_count<&AnswerCounts::accepted>});
  all.push_back(
      {"answers.rejected", "answers that reject", Unit::count, answer_count<&AnswerCounts::rejected>});
  add_stage<&StageLatencies::admitted>(all,
                                       {"admission.p50", "admission.p90", "admission.p95", "admission.p99",
                                        "admission.p999", "admission.p99.9", "admission.max"},
                                       "intended until the sender has the gateway's receipt");
  add_stage<&StageLatencies::delivered>(all,
                                        {"delivery.p50", "delivery.p90", "delivery.p95", "delivery.p99",
                                         "delivery.p999", "delivery.p99.9", "delivery.max"},
                                        "intended until the recipient has it on record");
  add_stage<&StageLatencies::processed>(
      all,
      {"processing.p50", "processing.p90", "processing.p95", "processing.p99", "processing.p999",
       "processing.p99.9", "processing.max"},
      "intended until the sender has the answer");
  all.push_back(
      {"lag.p99", "intended until sent by the generator", Unit::milliseconds, lag<&LatencySummary::p99>});
  all.push_back(
      {"lag.max", "intended until sent by the generator", Unit::milliseconds, lag<&LatencySummary::max>});
  all.push_back({"rate.asked", "exchanges a second that the workloads asked for", Unit::ratio,
                 [](const RunReport& report) { return std::optional<double>(report.rate_asked); }});
  all.push_back({"rate.got", "exchanges a second that came to their end", Unit::ratio,
                 [](const RunReport& report) { return std::optional<double>(report.rate_got); }});
  all.push_back({"cost.cpu_us_per_exchange", "processor time of all processes for each exchange delivered",
                 Unit::ratio, [](const RunReport& report) { return report.cpu_us_per_exchange(); }});
  return all;
}

constexpr std::pair<std::string_view, Comparison> comparisons[] = {
    {"==", Comparison::equal},    {"!=", Comparison::not_equal}, {"<=", Comparison::at_most},
    {">=", Comparison::at_least}, {"<", Comparison::less},       {">", Comparison::greater}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<double> bound_of(std::string_view text, Unit unit) {
  if (unit != Unit::milliseconds) return parse_number(text);
  const auto duration = model::parse_duration(text);
  if (!duration) return std::nullopt;
  return duration->milliseconds();
}

}  // namespace

bool compare(double value, Comparison comparison, double bound) {
  switch (comparison) {
    case Comparison::equal:
      return value == bound;
    case Comparison::not_equal:
      return value != bound;
    case Comparison::less:
      return value < bound;
    case Comparison::at_most:
      return value <= bound;
    case Comparison::greater:
      return value > bound;
    case Comparison::at_least:
      return value >= bound;
  }
  return false;
}

const std::vector<Measure>& measures() {
  static const std::vector<Measure> all = make_measures();
  return all;
}

Result<Expectation> parse_expectation(std::string_view text) {
  const std::size_t sign = text.find_first_of("=!<>");
  const std::pair<std::string_view, Comparison>* found = nullptr;
  for (const auto& candidate : comparisons) {
    if (sign != std::string_view::npos && text.substr(sign).starts_with(candidate.first)) {
      found = &candidate;
      break;
    }
  }
  if (found == nullptr) {
    return failure(v1::KEY_VALUE, fmt::format("\"{}\" compares nothing", text), {},
                   "Write a measure, a comparison (== != < <= > >=) and a value: delivery.p99 < 500ms.");
  }
  Expectation expectation;
  expectation.text = text;
  expectation.comparison = found->second;
  const std::string_view name = trimmed(text.substr(0, sign));
  for (const Measure& measure : measures()) {
    if (measure.name == name) expectation.measure = &measure;
  }
  if (expectation.measure == nullptr) {
    std::vector<std::string_view> known;
    for (const Measure& measure : measures()) known.push_back(measure.name);
    return failure(v1::REFERENCE_UNKNOWN, fmt::format("there is no measure \"{}\"", name), {},
                   model::spelling_hint(name, known));
  }
  const std::string_view value = trimmed(text.substr(sign + found->first.size()));
  const auto bound = bound_of(value, expectation.measure->unit);
  if (!bound) {
    const bool time = expectation.measure->unit == Unit::milliseconds;
    return failure(v1::KEY_VALUE, fmt::format("\"{}\" is not {}", value, time ? "a duration" : "a number"),
                   {}, time ? "Write a duration: 500ms, 2s." : "Write a number: 0, 0.99, 99%.");
  }
  expectation.bound = *bound;
  return expectation;
}

}  // namespace gnc::scenarios
