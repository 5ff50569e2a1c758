#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/cli/command.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::cli::trace_export_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Span {
  std::string service;
  json content;
  std::int64_t start() const { return std::stoll(content["startTimeUnixNano"].get<std::string>()); }
  std::int64_t end() const { return std::stoll(content["endTimeUnixNano"].get<std::string>()); }
};

std::string attribute(const json& of, const std::string& key) {
  for (const auto& one : of["attributes"]) {
    if (one["key"] == key) return one["value"]["stringValue"];
  }
  return {};
}

class TraceExport : public testing::Test {
 protected:
  void SetUp() override {
    Command run({"run", (std::filesystem::path(GNC_SOURCE_DIR) / "scenarios/export-import.yaml").string(),
                 "--out", out().string(), "--quiet"},
                folder_.path() / "errors");
    ASSERT_EQ(run.wait(), 0) << run.output() << run.errors();
  }
  std::filesystem::path out() const { return folder_.path() / "run"; }

  // The spans by trace.
  std::map<std::string, std::vector<Span>> traces(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"report", out().string(), "--format", "otlp"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Command command(arguments, folder_.path() / "errors");
    status_ = command.wait();
    errors_ = command.errors();
    std::map<std::string, std::vector<Span>> found;
    if (status_ != 0) return found;
    const json content = json::parse(command.output());
    for (const auto& resource : content["resourceSpans"]) {
      for (const auto& scope : resource["scopeSpans"]) {
        for (const auto& span : scope["spans"]) {
          found[span["traceId"]].push_back({attribute(resource["resource"], "service.name"), span});
        }
      }
    }
    return found;
  }

  scenarios::TemporaryFolder folder_;
  int status_ = -1;
  std::string errors_;
};

TEST_F(TraceExport, FollowsEachExchangeAndItsAnswerAcrossAllProcesses) {
  const auto all = traces();
  ASSERT_EQ(status_, 0) << errors_;
  EXPECT_EQ(all.size(), 13u) << "one for each declaration";
  const std::regex trace_id("[0-9a-f]{32}");
  const std::regex span_id("[0-9a-f]{16}");
  for (const auto& [trace, spans] : all) {
    EXPECT_TRUE(std::regex_match(trace, trace_id)) << trace;
    std::map<std::string, const Span*> by_id;
    std::multiset<std::string> services;
    for (const Span& span : spans) {
      const std::string id = span.content["spanId"];
      EXPECT_TRUE(std::regex_match(id, span_id)) << id;
      EXPECT_TRUE(by_id.emplace(id, &span).second) << "twice: " << id;
      services.insert(span.service);
      EXPECT_LE(span.start(), span.end());
      EXPECT_GT(span.start(), 1'700'000'000'000'000'000);
    }
    EXPECT_EQ(services,
              (std::multiset<std::string>{"gateway", "gateway", "node CN", "node CN", "node NZ", "node NZ"}));
    std::size_t roots = 0;
    for (const Span& span : spans) {
      if (!span.content.contains("parentSpanId")) {
        ++roots;
        EXPECT_EQ(span.service, "node NZ");
        EXPECT_EQ(span.content["name"], "exchange NZ to CN");
        continue;
      }
      const auto parent = by_id.find(span.content["parentSpanId"]);
      ASSERT_NE(parent, by_id.end()) << span.content;
      // One clock on this machine.
      EXPECT_LE(parent->second->start(), span.start()) << span.content;
    }
    EXPECT_EQ(roots, 1u);
  }
}

TEST_F(TraceExport, GivesAsManyAsAreAskedForOrTheOneThatIsNamed) {
  EXPECT_EQ(traces({"--traces", "2"}).size(), 2u);
  const auto report = json::parse(content_of(out() / "report.json"));
  const std::string id = report["sequences"][0]["exchange"];
  const auto one = traces({"--exchange", id});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one.begin()->second.size(), 6u) << "its answer too";
  EXPECT_TRUE(traces({"--exchange", "01a21591-a290-75b4-9ccb-d1b4ca19c4e8"}).empty());
  EXPECT_THAT(errors_, HasSubstr("the run has no exchange"));
  EXPECT_TRUE(traces({"--exchange", "\x1b[2J"}).empty());
  EXPECT_THAT(errors_, HasSubstr("is no id of an exchange"));
}

TEST_F(TraceExport, SaysWhereTheRecordIsTorn) {
  std::filesystem::resize_file(out() / "events", std::filesystem::file_size(out() / "events") - 3);
  EXPECT_TRUE(traces().empty());
  EXPECT_EQ(status_, 2) << errors_;
  EXPECT_THAT(errors_, HasSubstr("no whole event"));
}

}  // namespace
}  // namespace gnc::cli::trace_export_test
