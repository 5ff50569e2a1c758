#include "scenarios/conformance/requirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace gnc::scenarios::requirement_test {
namespace {

using testing::HasSubstr;

std::string document(const char* name) {
  std::ifstream file(std::filesystem::path(GNC_SOURCE_DIR) / "docs" / name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Requirements, StandInTheDocumentAsTheCommandListsThem) {
  EXPECT_THAT(document("conformance.md"), HasSubstr(requirements_markdown()))
      << "write the table again: gncsim conform --list";
}

TEST(Requirements, AreEachOfASectionOfTheProtocol) {
  const std::string protocol = document("protocol.md");
  for (const Requirement& each : conformance_requirements()) {
    EXPECT_THAT(protocol, HasSubstr("\n## " + std::string(each.section) + "\n")) << each.id;
  }
}

TEST(Requirements, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Requirement& each : conformance_requirements())
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
}

TEST(Findings, BeginAsNotReachedAndKeepAFailure) {
  Findings findings;
  EXPECT_EQ(findings.count(Verdict::not_reached), conformance_requirements().size());
  findings.pass("hello.first");
  findings.fail("hello.alone", "two frames", "one");
  findings.pass("hello.alone");
  findings.fail("hello.alone", "three frames", "one");
  findings.not_reached("frame.gzip", "it went away");
  EXPECT_EQ(findings.count(Verdict::passed), 1U);
  EXPECT_EQ(findings.count(Verdict::failed), 1U);
  const std::string text = findings_text(findings, "NZ");
  EXPECT_THAT(text, HasSubstr("seen: two frames"));
  EXPECT_THAT(text, HasSubstr("because it went away"));
  EXPECT_THAT(text, HasSubstr("NZ: 1 passed, 1 failed, "));
}

TEST(Findings, AFailureAfterAPassCounts) {
  Findings findings;
  findings.pass("stream.return");
  findings.fail("stream.return", "silence", "a stream");
  EXPECT_EQ(findings.count(Verdict::passed), 0U);
}

TEST(Findings, AreWrittenForMachinesToo) {
  Findings findings;
  findings.fail("hello.first", "protocol 2 & \"more\"", "protocol 1");
  const auto told = nlohmann::json::parse(findings_json(findings, "NZ"));
  EXPECT_EQ(told.at("failed"), 1);
  EXPECT_EQ(told.at("requirements").at(0).at("seen"), "protocol 2 & \"more\"");
  EXPECT_EQ(told.at("requirements").at(1).at("verdict"), "not reached");
  const std::string junit = findings_junit(findings, "NZ");
  EXPECT_THAT(junit, HasSubstr("seen: protocol 2 &amp; &quot;more&quot;"));
  EXPECT_THAT(junit, HasSubstr("<skipped message="));
}

}  // namespace
}  // namespace gnc::scenarios::requirement_test
