#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/engine/report.h"
#include "tests/json/json_schema.h"

namespace gnc::scenarios::report_schema_test {
namespace {

using json::schema_breaches;
using testing::IsEmpty;
using testing::Not;

std::string content(const char* file) {
  std::ostringstream text;
  text << std::ifstream(std::string(GNC_SOURCE_DIR) + "/" + file).rdbuf();
  return std::move(text).str();
}

// With a row in everything that has rows.
RunReport whole_report() {
  RunReport report;
  report.refusals.resize(1);
  report.steps.resize(1);
  report.promises.resize(1);
  report.expectations = {{"exchange.lost == 0", true, 0.0, "a.yaml:1"}, {"x", false, std::nullopt, ""}};
  report.processes = {{"gateway", 5, 6, 0, {{"gnc-core", 3}}}};
  report.links.resize(1);
  report.environment = {{"cores", "2"}};
  report.slices.resize(1);
  report.timeline.resize(1);
  report.faults = {{"cut", "", 1, 2.5, ""}, {"kill", "", 1, std::nullopt, ""}};
  report.intervals.resize(1);
  report.sequences.resize(1);
  report.sequences[0].moments.resize(1);
  report.convergence.resize(1);
  report.convergence[0].items = {{"a", "A", "paper.touches == 0", true, 0.0, 1},
                                 {"b", "B", "profile has risk", false, {}, 1}};
  return report;
}

TEST(ReportSchema, IsTheOneInTheDocumentation) {
  EXPECT_TRUE(content("docs/report.schema.json") == report_schema_json())
      << "gncsim report --schema > docs/report.schema.json";
}

TEST(ReportSchema, HoldsForEveryReport) {
  EXPECT_THAT(schema_breaches(report_schema_json(), to_json(RunReport{})), IsEmpty());
  EXPECT_THAT(schema_breaches(report_schema_json(), to_json(whole_report())), IsEmpty());
}

TEST(ReportSchema, RefusesAReportThatLacksAFieldOrHasOneOfAnotherKind) {
  const auto good = nlohmann::json::parse(to_json(whole_report()));
  const auto breaches = [](const nlohmann::json& report) {
    return schema_breaches(report_schema_json(), report.dump());
  };
  auto report = good;
  report["exchange"].erase("lost");
  EXPECT_THAT(breaches(report), Not(IsEmpty()));
  report = good;
  report["latency_ms"]["delivered"]["p99"] = "fast";
  EXPECT_THAT(breaches(report), Not(IsEmpty()));
  report = good;
  report["sequences"][0]["moments"][0].erase("what");
  EXPECT_THAT(breaches(report), Not(IsEmpty()));
  report = good;
  report["schema"] = 2;
  EXPECT_THAT(breaches(report), Not(IsEmpty()));
}

// Every field with its meaning, as a row of a table.
void expect_documented(const nlohmann::json& schema, const std::string& documentation) {
  if (schema.contains("items")) return expect_documented(schema["items"], documentation);
  if (!schema.contains("properties")) return;
  for (const auto& [name, property] : schema["properties"].items()) {
    const std::string row = "| `" + name + "` | " + property["description"].get<std::string>() + " |";
    EXPECT_NE(documentation.find(row), std::string::npos) << row;
    expect_documented(property, documentation);
  }
}

TEST(ReportSchema, IsDocumentedFieldByField) {
  expect_documented(nlohmann::json::parse(report_schema_json()),
                    content("docs/reports.md") + content("docs/indicators.md"));
}

}  // namespace
}  // namespace gnc::scenarios::report_schema_test
