#include <set>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "tests/corpus.h"
#include "tests/model/xml_oracle.h"

namespace gnc::model::document_corpus_test {
namespace {

using test::Canonical;
using test::canonical_xml;

std::string all(const std::vector<Error>& errors) {
  std::string out;
  for (const Error& error : errors) out += describe(error) + "\n";
  return out;
}

std::vector<std::filesystem::path> declaration_folders(const std::filesystem::path& corpus) {
  std::vector<std::filesystem::path> files = test::xml_files(corpus / "hmrc-cds-declarations/xml");
  const auto more = test::xml_files(corpus / "hmrc-cds-accept-reject");
  files.insert(files.end(), more.begin(), more.end());
  return files;
}

bool is_well_formed(const std::string& text) { return !canonical_xml(text).empty(); }

bool is_wco_document(const std::string& text) { return text.find("MetaData") != std::string::npos; }

TEST(DocumentCorpus, EveryWellFormedDocumentComesBackAsItWas) {
  GNC_REQUIRE_CORPUS(corpus);
  int documents = 0;
  for (const auto& file : declaration_folders(corpus)) {
    SCOPED_TRACE(file.string());
    const std::string text = test::read_file(file);
    if (!is_well_formed(text) || !is_wco_document(text)) continue;
    ++documents;
    const auto document = parse(text, Form::xml, file.filename().string());
    if (!document) {
      ADD_FAILURE() << all(document.error());
      continue;
    }
    const std::string written = write(*document, Form::xml);
    EXPECT_EQ(canonical_xml(written, Canonical::exclusive), canonical_xml(text, Canonical::exclusive));
    EXPECT_EQ(canonical_xml(written), canonical_xml(text));
  }
  EXPECT_GE(documents, 110);
}

TEST(DocumentCorpus, WhatWasValidIsWrittenValid) {
  GNC_REQUIRE_CORPUS(corpus);
  const test::XmlSchema declarations(corpus / "hmrc-cds-declarations/xsd/customs/wrapper_submit.xsd");
  const test::XmlSchema responses(corpus / "hmrc-cds-declarations/xsd/res_wrapper_local.xsd");
  int valid = 0;
  std::set<std::filesystem::path> invented_countries;
  for (const auto& file : declaration_folders(corpus)) {
    SCOPED_TRACE(file.string());
    const std::string text = test::read_file(file);
    for (const test::XmlSchema* schema : {&declarations, &responses}) {
      if (!schema->fault(text).empty()) continue;
      ++valid;
      const auto document = parse(text, Form::xml, "x");
      ASSERT_TRUE(document);
      EXPECT_EQ(schema->fault(write(*document, Form::xml)), "");
      for (const Fault& fault : check(*document)) {
        // Some samples come from the invented countries ZG, ZN and ZU.
        EXPECT_EQ(fault.code, v1::CODE_UNKNOWN) << fault.path << ": " << fault.detail;
        EXPECT_THAT(fault.detail, testing::ContainsRegex("\"Z[GNU]\".*ISO 3166-1")) << fault.path;
        invented_countries.insert(file);
      }
      // Without the original's rendition, in the standard one.
      v1::MetaData standard = *document;
      standard.clear_xml_rendition();
      EXPECT_EQ(schema->fault(write(standard, Form::xml)), "");
    }
  }
  EXPECT_GE(valid, 75);
  EXPECT_EQ(invented_countries.size(), 4u);
}

TEST(DocumentCorpus, WhatIsNotWellFormedIsRefusedOnceWithItsPlace) {
  GNC_REQUIRE_CORPUS(corpus);
  std::vector<std::filesystem::path> files = declaration_folders(corpus);
  const auto malformed = test::xml_files(corpus / "hmrc-cds-declarations/malformed");
  files.insert(files.end(), malformed.begin(), malformed.end());
  int refused = 0;
  for (const auto& file : files) {
    SCOPED_TRACE(file.string());
    const std::string text = test::read_file(file);
    if (is_well_formed(text)) continue;
    ++refused;
    const auto document = parse(text, Form::xml, "file.xml");
    ASSERT_FALSE(document);
    ASSERT_EQ(document.error().size(), 1u);
    EXPECT_EQ(document.error()[0].code, v1::DOCUMENT_NOT_WELL_FORMED);
    EXPECT_THAT(document.error()[0].where, testing::MatchesRegex("file.xml:[0-9]+:[0-9]+"));
  }
  EXPECT_EQ(refused, 11);
}

TEST(DocumentCorpus, OtherKindsOfDocumentAreRefusedByTheirRoot) {
  GNC_REQUIRE_CORPUS(corpus);
  int others = 0;
  for (const auto& file : test::xml_files(corpus)) {
    const std::string text = test::read_file(file);
    if (is_wco_document(text) || !is_well_formed(text)) continue;
    SCOPED_TRACE(file.string());
    ++others;
    const auto document = parse(text, Form::xml, "file.xml");
    ASSERT_FALSE(document);
    ASSERT_EQ(document.error().size(), 1u);
    EXPECT_EQ(document.error()[0].code, v1::DOCUMENT_KIND_UNKNOWN);
    EXPECT_THAT(document.error()[0].detail, testing::StartsWith("its root element is "));
  }
  EXPECT_GE(others, 10);
}

}  // namespace
}  // namespace gnc::model::document_corpus_test
