#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "scenarios/engine/histogram_log.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::cli {
namespace {

struct LatencyArguments {
  std::vector<std::string> logs;
  std::string out;
  std::string format = "text";
};

std::string table(const scenarios::HistogramLog& log) {
  std::string text = fmt::format("{:<24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "ms", "p50", "p90", "p99",
                                 "p99.9", "max", "count");
  for (const auto& [tag, histogram] : log.tags) {
    const auto row = scenarios::LatencySummary::of(histogram);
    text += fmt::format("{:<24}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10}\n",
                        tag.empty() ? "-" : printable(tag), row.p50, row.p90, row.p99, row.p999, row.max,
                        row.count);
  }
  return text;
}

std::string json(const scenarios::HistogramLog& log) {
  nlohmann::ordered_json tags = nlohmann::ordered_json::object();
  for (const auto& [tag, histogram] : log.tags) {
    const auto row = scenarios::LatencySummary::of(histogram);
    tags[printable(tag)] = {{"p50", row.p50},   {"p90", row.p90}, {"p95", row.p95},    {"p99", row.p99},
                            {"p999", row.p999}, {"max", row.max}, {"count", row.count}};
  }
  return nlohmann::ordered_json{{"schema", 1}, {"latency_ms", std::move(tags)}}.dump(2) + "\n";
}

int latency(const LatencyArguments& arguments) {
  scenarios::HistogramLog all;
  for (const std::filesystem::path log : arguments.logs) {
    auto read = scenarios::read_histogram_log(is_directory(log) ? log / "latency.hlog" : log);
    if (!read) return report_error(read.error());
    all.merge(*read);
  }
  if (!arguments.out.empty()) {
    auto written = scenarios::write_file(arguments.out, histogram_log_text(all));
    if (!written) return report_error(written.error());
  }
  fmt::print("{}", arguments.format == "json" ? json(all) : table(all));
  return held;
}

}  // namespace

void add_latency(CLI::App& app, int& status) {
  auto arguments = std::make_shared<LatencyArguments>();
  CLI::App* command =
      app.add_subcommand("latency", "Add up the latencies of several runs or generators, without loss");
  command->add_option("logs", arguments->logs, "Folders of runs, or HdrHistogram logs of any program")
      ->required();
  command->add_option("--out", arguments->out, "Write them together as one such log");
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([arguments, &status] { status = latency(*arguments); });
}

}  // namespace gnc::cli
