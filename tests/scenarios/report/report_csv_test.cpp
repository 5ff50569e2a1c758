#include "scenarios/report/report_csv.h"

#include <gmock/gmock.h>

#include "scenarios/report/escaped_text.h"
#include "tests/scenarios/report/example_report.h"

namespace gnc::scenarios::report_csv_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// RFC 4180, with line feeds.
std::vector<std::vector<std::string>> read_csv(const std::string& csv) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    std::string& field = rows.back().back();
    if (quoted) {
      if (csv[i] == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
        field += csv[++i];
      } else if (csv[i] == '"') {
        quoted = false;
      } else {
        field += csv[i];
      }
    } else if (csv[i] == '"') {
      quoted = true;
    } else if (csv[i] == ',') {
      rows.back().emplace_back();
    } else if (csv[i] == '\n') {
      rows.push_back({""});
    } else {
      field += csv[i];
    }
  }
  rows.pop_back();
  return rows;
}

TEST(ReportCsv, HasTheNumbersOfTheReport) {
  const RunReport report = report_with("a name");
  const auto timeline = read_csv(timeline_csv(report));
  ASSERT_THAT(timeline, SizeIs(61));
  EXPECT_EQ(timeline[0][8], "delivered_p99_ms");
  EXPECT_EQ(timeline[1][8], "70.25");
  EXPECT_EQ(timeline[21],
            (std::vector<std::string>{"20", "200", "200", "0", "0", "0", "1", "3000", "4800", "5000"}));
  const auto slices = read_csv(slices_csv(report));
  ASSERT_THAT(slices, SizeIs(4));
  EXPECT_EQ(slices[2][15], "delivered");
  EXPECT_EQ(slices[2][19], "4112");
  EXPECT_EQ(read_csv(refusals_csv(report))[1].back(), "4");
}

TEST(ReportCsv, HasAsManyFieldsInEveryLineWhateverTheTextIs) {
  for (const std::string text : hostile_texts) {
    for (const std::string& csv : {slices_csv(report_with(text)), refusals_csv(report_with(text))}) {
      const auto rows = read_csv(csv);
      for (const auto& row : rows) {
        EXPECT_EQ(row.size(), rows[0].size()) << text;
        for (const std::string& field : row) {
          EXPECT_FALSE(!field.empty() &&
                       std::string_view("=+-@\t\r").find(field[0]) != std::string_view::npos)
              << field;
        }
      }
    }
  }
}

TEST(CsvField, MakesTextOfWhatASpreadsheetWouldCompute) {
  EXPECT_EQ(csv_field("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_field("  @SUM(A1)"), "\"'  @SUM(A1)\"");
  EXPECT_EQ(csv_field("+1 234"), "\"'+1 234\"");
  EXPECT_EQ(csv_field("-cmd|' /C calc'!A0"), "\"'-cmd|' /C calc'!A0\"");
  EXPECT_EQ(csv_field("-12.5"), "-12.5");
  EXPECT_EQ(csv_field("NZ"), "NZ");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(EscapedText, KeepsALongTextShortAndSaysSo) {
  EXPECT_EQ(bounded(std::string(10u << 20, 'A'), 4), "AAAA… (10,485,760 bytes)");
  EXPECT_EQ(bounded("\xe4\xb8\x8a\xe6\xb5\xb7", 4), "\xe4\xb8\x8a… (6 bytes)");
  EXPECT_THAT(html_escaped("<a href='x' title=\"y\">&"), Not(HasSubstr("<")));
  EXPECT_EQ(html_escaped("<'\"&>"), "&lt;&#39;&quot;&amp;&gt;");
}

}  // namespace
}  // namespace gnc::scenarios::report_csv_test
