#include <gtest/gtest.h>

#include <filesystem>

#include "model/document/document.h"
#include "tests/corpus.h"
#include "tests/model/xml_oracle.h"

// The documents that go with the blocks of the library.
namespace gnc::model::block_documents_test {
namespace {

namespace fs = std::filesystem;

const fs::path documents = fs::path(GNC_SOURCE_DIR) / "scenarios/documents";

class BlockDocuments : public testing::TestWithParam<const char*> {};

TEST_P(BlockDocuments, HaveNoFault) {
  const auto files = test::xml_files(documents / GetParam());
  EXPECT_GE(files.size(), 4u);
  for (const auto& file : files) {
    if (file.filename().string().ends_with(".template.xml")) continue;
    SCOPED_TRACE(file.filename().string());
    const auto document = parse(test::read_file(file), Form::xml, "x");
    ASSERT_TRUE(document);
    for (const Fault& fault : check(*document)) ADD_FAILURE() << fault.path << ": " << fault.detail;
  }
}

TEST_P(BlockDocuments, AreValidAgainstThePublishedSchemas) {
  GNC_REQUIRE_CORPUS(corpus);
  const test::XmlSchema declarations(corpus / "hmrc-cds-declarations/xsd/customs/wrapper_submit.xsd");
  const test::XmlSchema responses(corpus / "hmrc-cds-declarations/xsd/res_wrapper_local.xsd");
  for (const auto& file : test::xml_files(documents / GetParam())) {
    if (file.filename().string().ends_with(".template.xml")) continue;
    SCOPED_TRACE(file.filename().string());
    const std::string text = test::read_file(file);
    const auto document = parse(text, Form::xml, "x");
    ASSERT_TRUE(document);
    EXPECT_EQ((document_type(*document) == "DEC" ? declarations : responses).fault(text), "");
  }
}

INSTANTIATE_TEST_SUITE_P(OfTheLibrary, BlockDocuments,
                         testing::Values("aeo", "assistance", "enforcement", "entry", "origin", "postal",
                                         "rights", "sanitary", "transit"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace gnc::model::block_documents_test
