#include "scenarios/report/junit_report.h"

#include <gmock/gmock.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <memory>

#include "tests/scenarios/report/example_report.h"

namespace gnc::scenarios::junit_report_test {
namespace {

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

// How many nodes an XPath finds; -1 where it is no XML.
int found_in(const std::string& xml, const char* path) {
  const std::unique_ptr<xmlDoc, FreeDocument> document(
      xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (!document) return -1;
  xmlXPathContext* context = xmlXPathNewContext(document.get());
  xmlXPathObject* found = xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path), context);
  const int number = found->nodesetval == nullptr ? 0 : found->nodesetval->nodeNr;
  xmlXPathFreeObject(found);
  xmlXPathFreeContext(context);
  return number;
}

TEST(JunitReport, HasATestForEachStepPromiseAndExpectation) {
  RunReport report = report_with("a name");
  report.generator.verdict = "kept up";
  const std::string xml = junit_report(report);
  EXPECT_EQ(found_in(xml, "/testsuites/testsuite[@name='run']/testcase"), 2);
  EXPECT_EQ(found_in(xml, "/testsuites/testsuite[@name='steps'][@tests='2'][@failures='1']/testcase"), 2);
  EXPECT_EQ(found_in(xml, "/testsuites/testsuite[@name='promises'][@failures='0']/testcase"), 1);
  EXPECT_EQ(found_in(xml, "/testsuites/testsuite[@name='expectations'][@failures='2']/testcase"), 3);
  EXPECT_EQ(found_in(xml, "//failure"), 3);
  EXPECT_EQ(
      found_in(xml, "//testcase[starts-with(@name,'delivery.p99 < 1ms')]/failure[@message='it was 4,112']"),
      1);
  EXPECT_EQ(found_in(xml, "//failure[@message='nothing of the kind was measured']"), 1);
}

TEST(JunitReport, FailsWhereTheRunSaysNothing) {
  RunReport report = report_with("a name");
  report.valid = false;
  report.interrupted = true;
  EXPECT_EQ(found_in(junit_report(report), "//testsuite[@name='run'][@failures='2']/testcase/failure"), 2);
}

TEST(JunitReport, IsXmlWhateverTheTextIs) {
  for (const std::string text : hostile_texts) {
    EXPECT_EQ(found_in(junit_report(report_with(text)), "//testcase"), 8) << text;
    EXPECT_EQ(found_in(junit_report(report_with(text)), "//script | //img"), 0) << text;
  }
}

}  // namespace
}  // namespace gnc::scenarios::junit_report_test
