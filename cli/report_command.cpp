#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/report/junit_report.h"
#include "scenarios/report/latency_curves.h"
#include "scenarios/report/report_files.h"
#include "scenarios/report/report_page.h"
#include "scenarios/report/trace_export.h"

namespace gnc::cli {
namespace {

struct ReportArguments {
  std::string folder;
  std::string format = "text";
  bool write = false;
  bool schema = false;
  std::string exchange;
  std::size_t traces = 1000;
};

Result<std::string> traces(const ReportArguments& arguments) {
  scenarios::TraceChoice choice{arguments.traces, {}};
  if (!arguments.exchange.empty()) {
    choice.exchange = Uuid::from_text(arguments.exchange);
    if (!choice.exchange) {
      return failure(v1::USAGE, fmt::format("'{}' is no id of an exchange", arguments.exchange), {},
                     "An id is a UUIDv7, as report.json and the gateway's store have it.");
    }
  }
  return otlp_traces(arguments.folder, choice);
}

std::string formatted(const scenarios::RunReport& report, const ReportArguments& arguments) {
  if (arguments.format == "json") return to_json(report);
  if (arguments.format == "junit") return junit_report(report);
  if (arguments.format == "html") {
    return report_page(report, scenarios::read_latency_curves(arguments.folder, report));
  }
  return report_table(report);
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command = app.add_subcommand("report", "Print again what a run found");
  command->add_option("folder", arguments->folder, "The run's folder");
  command->add_option("--format", arguments->format, "How the results are printed")
      ->check(CLI::IsMember({"text", "json", "html", "junit", "otlp"}));
  command->add_flag("--write", arguments->write, "Also write report.html, junit.xml and the CSV files anew");
  command->add_option("--traces", arguments->traces, "With otlp: of so many exchanges at most, the first")
      ->check(CLI::PositiveNumber);
  command->add_option("--exchange", arguments->exchange, "With otlp: only of the exchange with this id");
  command->add_flag("--schema", arguments->schema, "Print the JSON Schema of report.json instead");
  command->callback([arguments, &status] {
    if (arguments->schema) {
      fmt::print("{}", scenarios::report_schema_json());
      status = held;
      return;
    }
    if (arguments->folder.empty()) throw CLI::RequiredError("folder");
    if (arguments->format == "otlp") {
      const auto text = traces(*arguments);
      if (text) fmt::print("{}", *text);
      status = text ? held : report_error(text.error());
      return;
    }
    const auto report = scenarios::RunFolder::read_report(arguments->folder);
    if (!report) {
      status = report_error(report.error());
      return;
    }
    if (arguments->write) {
      if (auto written = scenarios::write_report_files(arguments->folder, *report); !written) {
        status = report_error(written.error());
        return;
      }
    }
    fmt::print("{}", formatted(*report, *arguments));
    status = held;
  });
}

}  // namespace gnc::cli
