#include "scenarios/report/junit_report.h"

#include <fmt/format.h>

#include <vector>

#include "scenarios/engine/number_text.h"
#include "scenarios/report/escaped_text.h"

namespace gnc::scenarios {
namespace {

struct Case {
  std::string name;
  bool held = false;
  std::string detail;
  std::string where;
  double seconds = 0;
};

// Names repeat where a scenario says the same twice; a build server would show but one of them.
std::string suite(std::string_view name, std::string_view scenario, const std::vector<Case>& cases) {
  if (cases.empty()) return {};
  std::size_t failures = 0;
  double seconds = 0;
  std::string markup;
  for (const Case& test : cases) {
    failures += test.held ? 0 : 1;
    seconds += test.seconds;
    const std::string place = test.where.empty() ? std::string() : fmt::format(" ({})", test.where);
    markup +=
        fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.3f}\"",
                    html_escaped(scenario, 200), name, html_escaped(test.name + place, 500), test.seconds);
    markup += test.held ? "/>\n"
                        : fmt::format("><failure message=\"{}\"/></testcase>\n",
                                      html_escaped(test.detail.empty() ? "it did not hold" : test.detail));
  }
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\">\n{}  "
      "</testsuite>\n",
      name, cases.size(), failures, seconds, markup);
}

}  // namespace

std::string junit_report(const RunReport& report) {
  std::vector<Case> steps, promises, expectations;
  for (const StepRow& row : report.steps)
    steps.push_back({row.step, row.held, row.detail, row.where, row.took_ms / 1e3});
  for (const PromiseRow& row : report.promises)
    promises.push_back({row.promise, row.held, row.detail, {}, 0});
  for (const ExpectationRow& row : report.expectations) {
    expectations.push_back(
        {row.expect, row.held,
         row.value ? fmt::format("it was {}", number_text(*row.value)) : "nothing of the kind was measured",
         row.where, 0});
  }
  const std::vector<Case> run = {
      {"the load generator kept up", report.valid, report.generator.verdict, {}, 0},
      {"the run was played to its end",
       !report.interrupted,
       "it was ended before its time",
       {},
       report.took_seconds}};
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n{}{}{}{}</testsuites>\n",
      html_escaped(report.scenario, 200), suite("run", report.scenario, run),
      suite("steps", report.scenario, steps), suite("promises", report.scenario, promises),
      suite("expectations", report.scenario, expectations));
}

}  // namespace gnc::scenarios
