#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/cli/command.h"
#include "tests/scenarios/report/page_numbers.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::report_page_test {
namespace {

using scenarios::TemporaryFolder;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const fs::path source = GNC_SOURCE_DIR;
const std::string browser = "/usr/bin/chromium-headless-shell";

// A page opened in Chromium's headless shell (Debian package `chromium-headless-shell`).
class OpenedPage {
 public:
  explicit OpenedPage(const fs::path& page, const fs::path& folder)
      : net_log_(folder / "net.json"), log_(folder / "chromium") {
    Program chromium(browser,
                     {"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                      "--disable-component-update", "--disable-extensions", "--no-first-run",
                      // Nothing that the browser itself wants leaves the machine.
                      "--host-resolver-rules=MAP * ~NOTFOUND",
                      "--user-data-dir=" + (folder / "profile").string(), "--enable-logging=stderr",
                      "--log-net-log=" + net_log_.string(), "--dump-dom", "file://" + page.string()},
                     log_);
    status_ = chromium.wait(std::chrono::seconds(60));
    dom_ = chromium.output();
  }

  int status() const { return status_; }
  const std::string& dom() const { return dom_; }
  std::string log() const { return content_of(log_); }
  // Lines that scripts, policies and errors wrote to the page's console.
  std::vector<std::string> console() const {
    return lines_of(log_, [](const std::string& line) { return line.find(":CONSOLE") != std::string::npos; });
  }
  // Requests that the page made; those of the browser itself have no origin.
  std::vector<std::string> requests() const {
    return lines_of(net_log_, [](const std::string& line) {
      return line.find("\"initiator\":") != std::string::npos &&
             line.find("\"initiator\":\"not an origin\"") == std::string::npos;
    });
  }

 private:
  template <class Wanted>
  static std::vector<std::string> lines_of(const fs::path& file, Wanted wanted) {
    std::vector<std::string> lines;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      if (wanted(line)) lines.push_back(line);
    }
    return lines;
  }

  fs::path net_log_, log_;
  int status_ = -1;
  std::string dom_;
};

class ReportPage : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(browser)) << "apt-get install chromium-headless-shell; ./dev test does so";
  }
  TemporaryFolder folder_;
};

// What the next test looks for is seen where it is there.
TEST_F(ReportPage, IsLookedAtByABrowserThatTellsErrorsAndRequests) {
  const OpenedPage opened(
      folder_.write("bad.html",
                    "<!DOCTYPE html><html><body><p>A page<script>console.error('wrong')</script>"
                    "<img src=\"http://127.0.0.1:1/x.png\"></body></html>"),
      folder_.path());
  ASSERT_EQ(opened.status(), 0) << opened.log();
  EXPECT_THAT(opened.dom(), HasSubstr("A page"));
  EXPECT_THAT(opened.console(), testing::Contains(HasSubstr("wrong"))) << opened.log();
  EXPECT_THAT(opened.requests(), testing::Contains(HasSubstr("x.png")));
}

TEST_F(ReportPage, OfARealRunOpensCleanlyAndSaysWhatReportJsonSays) {
  const std::string hostile = "<img src=x onerror=alert(1)>";
  folder_.write("documents/" + hostile + ".xml", "<broken " + hostile);
  const fs::path scenario = folder_.write(
      "s.yaml",
      "scenario: '" + hostile + "</title><script>alert(2)</script>'\n" +
          "topology: {administrations: [NZ, CN]}\nagreements: [" +
          (source / "scenarios/agreements/nz-cn-export.yaml").string() + "]\nsteps:\n" +
          "  - lodge: {at: NZ, to: CN, documents: '" + (folder_.path() / "documents/*.xml").string() +
          "', as: <img src onerror>}\nworkload:\n  - {name: peak, from: NZ, to: CN, documents: " +
          (source / "scenarios/documents/export/*.xml").string() +
          ", arrivals: {rate: 40/s, for: 2s}}\nexpect:\n  - exchange.lost == 0\n  - delivery.p99 < 1us\n");
  const fs::path out = folder_.path() / "run";
  Command run({"run", scenario.string(), "--out", out.string(), "--quiet"}, folder_.path() / "errors");
  // An expectation does not hold; on a busy machine the generator may also have been late.
  ASSERT_THAT(run.wait(), AnyOf(1, 4)) << run.output() << run.errors();
  const auto report = nlohmann::json::parse(content_of(out / "report.json"));
  ASSERT_EQ(report["exchange"]["refused"], 1) << report["exchange"];
  ASSERT_GE(report["exchange"]["delivered"], 80);

  const OpenedPage opened(out / "report.html", folder_.path());
  ASSERT_EQ(opened.status(), 0) << opened.log();
  EXPECT_THAT(opened.console(), testing::IsEmpty());
  EXPECT_THAT(opened.requests(), testing::IsEmpty());
  EXPECT_THAT(opened.dom(), Not(HasSubstr("<script")));
  EXPECT_THAT(opened.dom(), Not(HasSubstr("<img")));
  EXPECT_THAT(opened.dom(), HasSubstr("<h1>&lt;img src=x onerror=alert(1)&gt;"));

  const auto expected = scenarios::numbers_in(report);
  std::set<std::string> found;
  for (const auto& number : scenarios::numbers_on(opened.dom())) {
    ASSERT_TRUE(expected.contains(number.pointer)) << number.pointer;
    EXPECT_DOUBLE_EQ(number.value, expected.at(number.pointer)) << number.pointer;
    found.insert(number.pointer);
  }
  for (const auto& [pointer, value] : expected)
    EXPECT_TRUE(found.contains(pointer)) << pointer << " " << value;

  // Made anew from report.json it is the same.
  const std::string first = content_of(out / "report.html");
  fs::remove(out / "report.html");
  Command again({"report", out.string(), "--write", "--format", "html"}, folder_.path() / "errors");
  ASSERT_EQ(again.wait(), 0) << again.errors();
  EXPECT_EQ(content_of(out / "report.html"), first);
  EXPECT_EQ(again.output(), first);
  for (const char* file : {"junit.xml", "timeline.csv", "slices.csv", "refusals.csv"}) {
    EXPECT_GT(fs::file_size(out / file), 20u) << file;
  }
}

}  // namespace
}  // namespace gnc::cli::report_page_test
