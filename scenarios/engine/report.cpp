#include "scenarios/engine/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/hdr_histogram.h"

namespace gnc::scenarios {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LatencySummary, p50, p90, p95, p99, p999, max, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StageLatencies, admitted, delivered, processed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ExchangeCounts, submitted, admitted, delivered, processed, refused,
                                   expired, dead_lettered, open, duplicates_suppressed, delivered_twice, lost)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AnswerCounts, submitted, admitted, delivered, accepted, rejected)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RefusalRow, code, name, document, detail, where, pointer, remedy, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StepRow, step, where, held, detail, took_ms)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PromiseRow, promise, held, detail)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ProcessRow, process, cpu_us, peak_memory_bytes, restarts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LinkRow, link, bytes_up, bytes_down)

void to_json(nlohmann::ordered_json& json, const ExpectationRow& row) {
  json = {{"expect", row.expect}, {"held", row.held}, {"value", nullptr}, {"where", row.where}};
  if (row.value) json["value"] = *row.value;
}

void from_json(const nlohmann::json& json, ExpectationRow& row) {
  json.at("expect").get_to(row.expect);
  json.at("held").get_to(row.held);
  if (const auto& value = json.at("value"); !value.is_null()) row.value = value.get<double>();
  json.at("where").get_to(row.where);
}

namespace {

// NLOHMANN_DEFINE_TYPE writes nlohmann::json; the report keeps the order that a reader expects.
template <class T>
nlohmann::ordered_json ordered(const T& value) {
  return nlohmann::ordered_json(nlohmann::json(value));
}

std::string ms(double value) {
  return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.1f}", value);
}

std::string latency_line(std::string_view stage, const LatencySummary& latency) {
  if (latency.count == 0) return fmt::format("  {:<11}{:>9}{:>9}{:>9}{:>9}\n", stage, "-", "-", "-", 0);
  return fmt::format("  {:<11}{:>9}{:>9}{:>9}{:>9}\n", stage, ms(latency.p50), ms(latency.p99),
                     ms(latency.max), latency.count);
}

std::string mark(bool held) { return held ? "held" : "NOT HELD"; }

std::string bytes_text(std::uint64_t bytes) {
  if (bytes >= 10u << 20) return fmt::format("{} MB", bytes >> 20);
  return fmt::format("{} kB", bytes >> 10);
}

std::string number_text(double value) {
  return value == static_cast<double>(static_cast<std::int64_t>(value))
             ? fmt::format("{}", static_cast<std::int64_t>(value))
             : fmt::format("{:.3f}", value);
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

}  // namespace

LatencySummary LatencySummary::of(const HdrHistogram& microseconds) {
  const auto at = [&](double quantile) { return static_cast<double>(microseconds.value_at(quantile)) / 1e3; };
  return {at(0.5),
          at(0.9),
          at(0.95),
          at(0.99),
          at(0.999),
          static_cast<double>(microseconds.max()) / 1e3,
          microseconds.count()};
}

std::optional<double> RunReport::cpu_us_per_exchange() const {
  if (exchange.delivered == 0) return std::nullopt;
  std::uint64_t all = 0;
  for (const ProcessRow& process : processes) all += process.cpu_us;
  return static_cast<double>(all) / static_cast<double>(exchange.delivered);
}

bool RunReport::all_held() const {
  const auto held = [](const auto& row) { return row.held; };
  return std::all_of(steps.begin(), steps.end(), held) &&
         std::all_of(promises.begin(), promises.end(), held) &&
         std::all_of(expectations.begin(), expectations.end(), held);
}

std::string to_json(const RunReport& report) {
  nlohmann::ordered_json json;
  json["schema"] = report_schema;
  json["scenario"] = report.scenario;
  json["world"] = report.world;
  json["seed"] = report.seed;
  json["version"] = report.version;
  json["started_at"] = report.started_at;
  json["took_seconds"] = report.took_seconds;
  json["interrupted"] = report.interrupted;
  json["valid"] = report.valid;
  json["exchange"] = ordered(report.exchange);
  json["answers"] = ordered(report.answers);
  json["refusals"] = ordered(report.refusals);
  json["latency_ms"] = ordered(report.latency);
  json["service_ms"] = ordered(report.service);
  json["lag_ms"] = ordered(report.lag);
  json["rate"] = {{"asked", report.rate_asked}, {"got", report.rate_got}};
  json["cost"] = {{"cpu_us_per_exchange", nullptr},
                  {"processes", ordered(report.processes)},
                  {"links", ordered(report.links)}};
  if (const auto cost = report.cpu_us_per_exchange()) json["cost"]["cpu_us_per_exchange"] = *cost;
  json["indicators"] = nlohmann::ordered_json::object();
  json["steps"] = ordered(report.steps);
  json["promises"] = ordered(report.promises);
  json["expectations"] = report.expectations;
  json["environment"] = report.environment;
  // Text from outside may hold bytes that are no UTF-8.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<RunReport> report_from_json(std::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text);
    if (const int schema = json.at("schema").get<int>(); schema != report_schema) {
      return failure(v1::KEY_VALUE, fmt::format("the report has schema {}, not {}", schema, report_schema),
                     {}, "Read it with the version of gncsim that wrote it.");
    }
    RunReport report;
    json.at("scenario").get_to(report.scenario);
    json.at("world").get_to(report.world);
    json.at("seed").get_to(report.seed);
    json.at("version").get_to(report.version);
    json.at("started_at").get_to(report.started_at);
    json.at("took_seconds").get_to(report.took_seconds);
    json.at("interrupted").get_to(report.interrupted);
    json.at("valid").get_to(report.valid);
    json.at("exchange").get_to(report.exchange);
    json.at("answers").get_to(report.answers);
    json.at("refusals").get_to(report.refusals);
    json.at("latency_ms").get_to(report.latency);
    json.at("service_ms").get_to(report.service);
    json.at("lag_ms").get_to(report.lag);
    json.at("rate").at("asked").get_to(report.rate_asked);
    json.at("rate").at("got").get_to(report.rate_got);
    json.at("cost").at("processes").get_to(report.processes);
    json.at("cost").at("links").get_to(report.links);
    json.at("steps").get_to(report.steps);
    json.at("promises").get_to(report.promises);
    json.at("expectations").get_to(report.expectations);
    json.at("environment").get_to(report.environment);
    return report;
  } catch (const nlohmann::json::exception& error) {
    return failure(v1::KEY_VALUE, fmt::format("no report: {}", error.what()), {},
                   "Run the scenario again; the file is not as gncsim wrote it.");
  }
}

std::string report_table(const RunReport& report) {
  std::string text =
      fmt::format("{}  (world {}, seed {}, {:.1f} s{})\n\n", printable(report.scenario), report.world,
                  report.seed, report.took_seconds, report.interrupted ? ", INTERRUPTED" : "");
  text += fmt::format("  {:<11}{:>9}{:>9}{:>9}{:>9}\n", "ms", "p50", "p99", "max", "count");
  text += latency_line("admitted", report.latency.admitted);
  text += latency_line("delivered", report.latency.delivered);
  text += latency_line("processed", report.latency.processed);
  text += "\n" + counts_text(report.exchange);
  if (report.answers.submitted > 0) {
    text += fmt::format("  answers: {} accepted, {} rejected\n", report.answers.accepted,
                        report.answers.rejected);
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
      text += fmt::format("  {:<9} {}  (it was {})\n", mark(row.held), printable(row.expect),
                          row.value ? number_text(*row.value) : "not measured");
    }
  }
  text += "\nCost\n";
  for (const ProcessRow& row : report.processes) {
    text += fmt::format("  {:<11}{:>9.1f} ms CPU, peak {}{}\n", row.process,
                        static_cast<double>(row.cpu_us) / 1e3, bytes_text(row.peak_memory_bytes),
                        row.restarts > 0 ? fmt::format(", started again {} times", row.restarts) : "");
  }
  if (const auto cost = report.cpu_us_per_exchange()) {
    text += fmt::format("  {:.0f} us CPU an exchange, all processes\n", *cost);
  }
  if (!report.valid) {
    text += fmt::format(
        "\nINVALID: the generator sent 1 % of the exchanges more than {} ms late. Ask for a lower rate.\n",
        ms(report.lag.p99));
  }
  return text;
}

}  // namespace gnc::scenarios
