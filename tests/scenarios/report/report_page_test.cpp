#include "scenarios/report/report_page.h"

#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "scenarios/report/page_style.h"
#include "tests/scenarios/report/example_report.h"
#include "tests/scenarios/report/page_numbers.h"

namespace gnc::scenarios::report_page_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const RunReport& report) { return report_page(report, latency_curves_of(report)); }

// The page's tags without what their attributes say, each once: <data class="" value="" data-of="">.
std::set<std::string> shapes_of(const std::string& page) {
  std::set<std::string> shapes;
  // The style sheet is ours, and has no tags.
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    std::string shape;
    bool quoted = false;
    for (; at < page.size() && (quoted || page[at] != '>'); ++at) {
      if (page[at] == '"') quoted = !quoted;
      if (!quoted || page[at] == '"') shape += page[at];
    }
    shapes.insert(shape);
  }
  return shapes;
}

TEST(ReportPage, HasEveryNumberOfTheReport) {
  const RunReport report = report_with("a name");
  const std::string page = page_of(report);
  const auto expected = numbers_in(nlohmann::json::parse(to_json(report)));
  std::set<std::string> found;
  for (const PageNumber& number : numbers_on(page)) {
    const auto at = expected.find(number.pointer);
    ASSERT_NE(at, expected.end()) << number.pointer;
    EXPECT_DOUBLE_EQ(number.value, at->second) << number.pointer;
    found.insert(number.pointer);
  }
  for (const auto& [pointer, value] : expected)
    EXPECT_TRUE(found.contains(pointer)) << pointer << " " << value;
}

TEST(ReportPage, FoldsWhatHundredsOfProcessesTook) {
  RunReport report = report_with("a name");
  report.processes.clear();
  for (std::uint64_t i = 0; i < 100; ++i)
    report.processes.push_back({fmt::format("node-{:02}", i), i * 1000});
  const std::string page = page_of(report);
  const std::size_t shown = page.find("node-47"), fold = page.find("<summary>52 more rows</summary>");
  ASSERT_NE(fold, std::string::npos);
  EXPECT_LT(shown, fold);
  EXPECT_GT(page.find("node-48"), fold);
  EXPECT_LT(page.find("node-99"), page.size());
}

TEST(ReportPage, ShowsToPeopleWhatTheNumbersAre) {
  for (const PageNumber& number : numbers_on(page_of(report_with("a name")))) {
    bool means_it = false;
    const auto meanings = meanings_of(number.shown);
    for (const double meaning : meanings) {
      means_it = means_it || std::abs(meaning - number.value) <= std::abs(number.value) * 0.006 + 1e-12;
    }
    EXPECT_TRUE(means_it || (meanings.empty() && number.value == 0))
        << number.pointer << ": " << number.shown << " is not " << number.value;
  }
}

TEST(ReportPage, IsOneFileThatLoadsAndRunsNothing) {
  const std::string page = page_of(report_with("a name"));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("unsafe")));
  for (const char* loads :
       {" src=", "url(", "@import", "xlink", "<link", "<iframe", "<object", "<embed", "<base", " style="}) {
    EXPECT_THAT(page, Not(HasSubstr(loads)));
  }
  static const std::regex address(R"re(href="([^"]*)")re");
  for (auto found = std::sregex_iterator(page.begin(), page.end(), address); found != std::sregex_iterator();
       ++found) {
    const std::string to = (*found)[1];
    ASSERT_TRUE(to.starts_with('#')) << to;
    EXPECT_THAT(page, HasSubstr("id=\"" + to.substr(1) + "\"")) << "no part to go to";
  }
}

TEST(ReportPage, ShowsHostileTextAsText) {
  const auto harmless = shapes_of(page_of(report_with("a name")));
  for (const std::string text : hostile_texts) {
    const std::string page = page_of(report_with(text));
    EXPECT_EQ(shapes_of(page), harmless) << text;
    for (const char* raw : {"\x1b", "\x07", "\xff", "\xe2\x80\xae", "\r"})
      EXPECT_THAT(page, Not(HasSubstr(raw)));
  }
}

TEST(ReportPage, KeepsLongTextShort) {
  EXPECT_LT(page_of(report_with(std::string(3u << 20, '<'))).size(), 2u << 20);
}

TEST(ReportPage, SaysHowTheRunFared) {
  RunReport report = report_with("a name");
  EXPECT_THAT(page_of(report), HasSubstr("2 expectations, 1 step did not hold."));
  report.steps.pop_back();
  report.expectations.pop_back();
  EXPECT_THAT(page_of(report), HasSubstr("1 expectation did not hold: delivery.p99 &lt; 1ms."));
  report.expectations.pop_back();
  EXPECT_THAT(page_of(report), HasSubstr("Everything that was expected held."));
  report.valid = false;
  EXPECT_THAT(page_of(report), HasSubstr("The result is invalid: the load generator could not keep up"));
  report.interrupted = true;
  EXPECT_THAT(page_of(report), HasSubstr("The run was ended before its time"));
}

TEST(ReportPage, LeavesOutWhatARunHasNothingOf) {
  RunReport report;
  report.scenario = "nothing";
  const std::string page = report_page(report, {});
  for (const char* part :
       {"expected", "ends", "latency", "time", "exchanges", "refusals", "steps", "parts", "cost"}) {
    EXPECT_THAT(page, Not(HasSubstr("<section id=\"" + std::string(part) + "\""))) << part;
    EXPECT_THAT(page, Not(HasSubstr("href=\"#" + std::string(part) + "\""))) << part;
  }
}

// Numbers of colours as a browser has them, 0 to 1.
double luminance(const std::string& colour) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (int i = 0; i < 3; ++i) {
    const double part = std::stoi(colour.substr(1 + static_cast<std::size_t>(i) * 2, 2), nullptr, 16) / 255.0;
    sum += weights[i] * (part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

// WCAG 2.1: 4.5 to 1 for text.
TEST(ReportPage, CanBeReadInLightAndDark) {
  const std::string style(page_style());
  const auto colour = [&](std::size_t from, const std::string& name) {
    const auto at = style.find("--" + name + ": #", from);
    return style.substr(at + name.size() + 4, 7);
  };
  const std::size_t themes[] = {style.find(":root"), style.find("prefers-color-scheme: dark"),
                                style.find("@media print")};
  for (const std::size_t theme : themes) {
    ASSERT_NE(theme, std::string::npos);
    for (const std::string ink : {"ink", "soft", "accent", "good", "bad", "one", "two", "three"}) {
      for (const std::string ground : {"paper", "sheet"}) {
        double light = luminance(colour(theme, ink));
        double dark = luminance(colour(theme, ground));
        if (light < dark) std::swap(light, dark);
        EXPECT_GE((light + 0.05) / (dark + 0.05), 4.5) << ink << " on " << ground << " at " << theme;
      }
    }
  }
}

}  // namespace
}  // namespace gnc::scenarios::report_page_test
