#include <gtest/gtest.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/document/document.h"
#include "model/yaml/instant_text.h"
#include "tests/corpus.h"
#include "tests/model/xml_oracle.h"

namespace gnc::model::export_documents_test {
namespace {

const std::filesystem::path scenarios = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

std::vector<std::filesystem::path> export_documents() {
  return test::xml_files(scenarios / "documents/export");
}

v1::MetaData read_document(const std::filesystem::path& file) {
  const auto document = parse(test::read_file(file), Form::xml, file.filename().string());
  if (document) return *document;
  for (const Error& error : document.error()) ADD_FAILURE() << describe(error);
  return {};
}

std::shared_ptr<const AgreementBook> export_book() {
  const std::vector<std::filesystem::path> blocks = {scenarios / "blocks/export-declaration.yaml"};
  const std::vector<std::filesystem::path> agreements = {scenarios / "agreements/nz-cn-export.yaml"};
  return AgreementBook::load(blocks, agreements).value();
}

Result<CrossingTerms> allow(const AgreementBook& book, const v1::MetaData& document) {
  const std::string structured = document.SerializeAsString();
  return book.allow({"NZ-CN/export-declaration", "export-declaration", "NZ", "CN", "DEC", structured},
                    *parse_instant("2026-07-01"));
}

TEST(ExportDocuments, AreADozenAndMore) { EXPECT_GE(export_documents().size(), 12u); }

TEST(ExportDocuments, HaveNoFault) {
  for (const auto& file : export_documents()) {
    SCOPED_TRACE(file.filename().string());
    const v1::MetaData document = read_document(file);
    EXPECT_EQ(document_type(document), "DEC");
    for (const Fault& fault : check(document)) ADD_FAILURE() << fault.path << ": " << fault.detail;
  }
}

TEST(ExportDocuments, AddUp) {
  for (const auto& file : export_documents()) {
    SCOPED_TRACE(file.filename().string());
    const v1::Declaration declaration = read_document(file).declaration();
    const auto& items = declaration.goods_shipment().government_agency_goods_item();
    EXPECT_EQ(declaration.goods_item_quantity().value(), std::to_string(items.size()));
    double value = 0;
    double gross = 0;
    for (const auto& item : items) {
      value += std::stod(item.statistical_value_amount().value());
      gross += std::stod(item.commodity().goods_measure().gross_mass_measure().value());
    }
    EXPECT_NEAR(std::stod(declaration.invoice_amount().value()), value, 0.005);
    EXPECT_NEAR(std::stod(declaration.total_gross_mass_measure().value()), gross, 0.005);
  }
}

TEST(ExportDocuments, MayCrossUnderTheAgreement) {
  const auto book = export_book();
  for (const auto& file : export_documents()) {
    SCOPED_TRACE(file.filename().string());
    v1::MetaData document = read_document(file);
    const auto terms = allow(*book, document);
    ASSERT_TRUE(terms) << describe(terms.error());
    EXPECT_TRUE(terms->answer_due);
    document.mutable_declaration()->mutable_goods_shipment()->mutable_surety()->mutable_name()->set_value(
        "A bank");
    EXPECT_FALSE(allow(*book, document));
  }
}

TEST(ExportDocuments, AreValidAgainstThePublishedSchemas) {
  GNC_REQUIRE_CORPUS(corpus);
  const test::XmlSchema schema(corpus / "hmrc-cds-declarations/xsd/customs/wrapper_submit.xsd");
  for (const auto& file : export_documents()) {
    SCOPED_TRACE(file.filename().string());
    EXPECT_EQ(schema.fault(test::read_file(file)), "");
  }
}

TEST(ExportDocuments, TheAgreementLetsPublishedDeclarationsCrossToo) {
  GNC_REQUIRE_CORPUS(corpus);
  const auto book = export_book();
  int crossed = 0;
  for (const auto& file : test::xml_files(corpus / "hmrc-cds-declarations/xml")) {
    const auto document = parse(test::read_file(file), Form::xml, file.filename().string());
    if (!document || document_type(*document) != "DEC") continue;
    const auto terms = allow(*book, *document);
    EXPECT_TRUE(terms) << file << ": " << describe(terms.error());
    ++crossed;
  }
  EXPECT_GE(crossed, 60);
}

}  // namespace
}  // namespace gnc::model::export_documents_test
