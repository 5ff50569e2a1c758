#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "tests/model/document_documents.h"

namespace gnc::model::document_forms_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Error> refused(std::string_view text) {
  auto document = parse(text, Form::json, "d.json");
  return document ? std::vector<Error>{} : document.error();
}

TEST(DocumentForms, JsonIsProtobufsOwnMapping) {
  const auto document = parse(R"({"declaration": {"functionCode": {"value": "9"}, "goods_shipment": {
      "governmentAgencyGoodsItem": [{"sequenceNumeric": {"value": "1"}}]}}})",
                              Form::json, "d.json");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->declaration().function_code().value(), "9");
  EXPECT_THAT(write(*document, Form::json), HasSubstr("\"goodsShipment\""));
}

TEST(DocumentForms, JsonKeysThatTheContractDoesNotKnowAreAllNamed) {
  const auto errors = refused(R"({"declaration": {"functoinCode": {"value": "9"}, "goodsShipment": {
      "governmentAgencyGoodsItem": [{}, {"zzz": [{"inner": 1}]}]}}})");
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].code, v1::ELEMENT_UNKNOWN);
  EXPECT_THAT(errors[0].detail, HasSubstr("declaration/functoinCode "));
  EXPECT_THAT(errors[0].remedy, HasSubstr("functionCode"));
  EXPECT_THAT(errors[1].detail, HasSubstr("declaration/goodsShipment/governmentAgencyGoodsItem[2]/zzz "));
}

TEST(DocumentForms, BrokenJsonIsRefusedAtItsPlace) {
  const auto errors = refused("{\"declaration\":\n  {\"id\": }}");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].code, v1::DOCUMENT_NOT_WELL_FORMED);
  EXPECT_EQ(errors[0].where, "d.json:2:10");
  EXPECT_EQ(refused(R"({"declaration": {"functionCode": "9"}})").at(0).code, v1::DOCUMENT_NOT_WELL_FORMED);
  EXPECT_EQ(refused("[]").at(0).code, v1::DOCUMENT_NOT_WELL_FORMED);
  EXPECT_EQ(refused(std::string(100'000, '[')).at(0).code, v1::DOCUMENT_TOO_LARGE);
  EXPECT_EQ(refused("{\"declaration\":{\"id\":{\"value\":\"\xff\"}}}").at(0).code,
            v1::DOCUMENT_NOT_WELL_FORMED);
}

TEST(DocumentForms, TheFormIsToldByContentAndExtension) {
  const auto document = *parse(test::plain_declaration_xml(), Form::xml, "d.xml");
  const std::string serialised = document.SerializeAsString();
  EXPECT_EQ(*guess_form("  \n<MetaData/>", ""), Form::xml);
  EXPECT_EQ(*guess_form("\xef\xbb\xbf<MetaData/>", ".json"), Form::xml);
  EXPECT_EQ(*guess_form("{}", ""), Form::json);
  EXPECT_EQ(*guess_form(serialised, ".pb"), Form::protobuf);
  EXPECT_EQ(*guess_form(serialised, ""), Form::protobuf);
  EXPECT_EQ(*guess_form("not yet XML", ".XML"), Form::xml);
  EXPECT_EQ(*guess_form("not yet JSON", ".json"), Form::json);
  EXPECT_EQ(guess_form("a,b,c", ".csv").error().code, v1::DOCUMENT_KIND_UNKNOWN);
  EXPECT_EQ(guess_form("", "").error().code, v1::DOCUMENT_KIND_UNKNOWN);
}

TEST(DocumentForms, TheOutlineNamesEveryElementAndEscapesWhatCameFromOutside) {
  const auto document =
      *parse(test::declaration_xml("<FunctionCode>9\x7f</FunctionCode><InvoiceAmount currencyID='GBP'>"
                                   "1.5</InvoiceAmount><AdditionalDocument/><AdditionalDocument/>"),
             Form::xml, "d.xml");
  const std::string outline = write(document, Form::text);
  EXPECT_THAT(outline, HasSubstr("Declaration (42A)\n  FunctionCode: 9\\u{7f}"));
  EXPECT_THAT(outline, HasSubstr("109 Total invoice amount\n"));
  EXPECT_THAT(outline, HasSubstr("InvoiceAmount: 1.5 [currencyID GBP]"));
  EXPECT_THAT(outline, HasSubstr("AdditionalDocument 2 of 2 (02A)\n"));
  EXPECT_EQ(parse(outline, Form::text, "d").error().at(0).code, v1::DOCUMENT_KIND_UNKNOWN);
}

TEST(DocumentForms, ADocumentIsADeclarationOrAResponse) {
  v1::MetaData document;
  document.add_response();
  EXPECT_EQ(document_type(document), "RES");
  EXPECT_EQ(document_type(*parse(test::plain_declaration_xml(), Form::xml, "d.xml")), "DEC");
}

}  // namespace
}  // namespace gnc::model::document_forms_test
