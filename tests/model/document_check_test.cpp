#include "gnc/v1/errors.pb.h"
#include "model/conformance/value_format.h"
#include "model/document/document.h"
#include "tests/model/document_documents.h"

namespace gnc::model::document_check_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Fault> faults_of(std::string_view body, ElementPositions* positions = nullptr) {
  ElementPositions own;
  if (!positions) positions = &own;
  const auto document = parse(test::declaration_xml(body), Form::xml, "d.xml", {}, positions);
  if (!document) throw std::runtime_error(describe(document.error().at(0)));
  return check(*document, positions);
}

MATCHER_P3(FaultAt, code, pointer, detail, "") {
  *result_listener << arg.code << " at " << pointer_text(arg.pointer) << " " << arg.path << ": "
                   << arg.detail;
  return arg.code == code && pointer_text(arg.pointer) == pointer &&
         arg.detail.find(detail) != std::string::npos;
}

TEST(DocumentCheck, AFaultSaysWhereItIsAsAResponseWould) {
  const auto faults = faults_of(R"(<FunctionCode>9</FunctionCode>
<GoodsShipment>
  <GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem>
  <GovernmentAgencyGoodsItem><SequenceNumeric>123456</SequenceNumeric></GovernmentAgencyGoodsItem>
</GoodsShipment>)");
  ASSERT_THAT(faults, ElementsAre(FaultAt(v1::VALUE_FORMAT, "42A/67A/68A[2]/006", "\"123456\"")));
  EXPECT_EQ(faults[0].path, "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/SequenceNumeric");
  EXPECT_EQ(faults[0].line, 8);
  EXPECT_EQ(faults[0].column, 30);
  ASSERT_EQ(faults[0].pointer.size(), 3u);
  EXPECT_EQ(faults[0].pointer[2].document_section(), "68A");
  EXPECT_EQ(faults[0].pointer[2].sequence(), 2u);
  EXPECT_EQ(faults[0].pointer[2].tag(), "006");
}

TEST(DocumentCheck, FormatsCountCharactersAndKinds) {
  EXPECT_THAT(faults_of("<FunctionCode>9</FunctionCode><TypeCode>héé</TypeCode>"), IsEmpty());
  EXPECT_THAT(
      faults_of("<FunctionCode>9</FunctionCode><TypeCode>héé1</TypeCode>"),
      ElementsAre(FaultAt(v1::VALUE_FORMAT, "42A/D013", "at most 3 characters, and this is 4 (an..3)")));
  EXPECT_THAT(faults_of("<FunctionCode>x</FunctionCode>"),
              ElementsAre(FaultAt(v1::VALUE_FORMAT, "42A/017", "at most 2 digits (n..2)")));
  EXPECT_THAT(faults_of("<FunctionCode>\n 9 </FunctionCode><TypeCode> I  M\n</TypeCode>"), IsEmpty());
  EXPECT_THAT(faults_of("<FunctionCode>9</FunctionCode><ID> </ID>"),
              ElementsAre(FaultAt(v1::VALUE_FORMAT, "42A/D014", "not blank")));
}

TEST(DocumentCheck, NumbersCountDigitsExactly) {
  const Format mass{Format::Characters::numeric, 16, false, 6};
  for (const char* good : {"0", "-1.5", "+0.000001", "1234567890.123456", "0001234567890123456", "5.", ".5",
                           "1.00000000", "1234567890123456"}) {
    EXPECT_EQ(number_fault(good, mass), "") << good;
  }
  for (const char* bad : {"", ".", "-", "1,5", "1e3", "0x1", "1.2.3", "12 3", "NaN"}) {
    EXPECT_THAT(number_fault(bad, mass), HasSubstr("a number, written in digits")) << bad;
  }
  EXPECT_THAT(number_fault("1.1234567", mass), HasSubstr("6 decimals, and this has 7"));
  EXPECT_THAT(number_fault("12345678901234567", mass), HasSubstr("16 digits in all, and this has 17"));
  EXPECT_THAT(number_fault("12345678901.123456", mass), HasSubstr("16 digits in all, and this has 17"));
}

TEST(DocumentCheck, DatesAreOfTheCalendarAndOfTheirFormatCode) {
  for (const auto& [value, code] :
       std::vector<std::pair<const char*, const char*>>{{"20240229", "102"},
                                                        {"20260131", "102"},
                                                        {"202601312359", "203"},
                                                        {"20260131235959Z", "304"},
                                                        {"20260131000000+01", "304"},
                                                        {"20260131000000-12", "304"}}) {
    EXPECT_EQ(date_fault(value, code), "") << value;
  }
  EXPECT_THAT(date_fault("20230229", "102"), HasSubstr("2023-02-29"));
  EXPECT_THAT(date_fault("20261301", "102"), HasSubstr("2026-13-01"));
  EXPECT_THAT(date_fault("2026013", "102"), HasSubstr("CCYYMMDD, "));
  EXPECT_THAT(date_fault("20260131235959Z", "102"), HasSubstr("CCYYMMDD, "));
  EXPECT_THAT(date_fault("202601312460", "203"), HasSubstr("2460"));
  EXPECT_THAT(date_fault("20260131235959", "304"), HasSubstr("Z or ±HH"));
  EXPECT_THAT(date_fault("20260131235959+1", "304"), HasSubstr("Z or ±HH"));
  EXPECT_THAT(date_fault("20260131235959+15", "304"), HasSubstr("time of the day"));
  EXPECT_THAT(date_fault("20260131", "999"), HasSubstr("formatCode of 102"));
  EXPECT_THAT(date_fault("20260131", ""), HasSubstr("formatCode of 102"));
}

TEST(DocumentCheck, CodesMustBeInTheirLists) {
  EXPECT_THAT(faults_of("<FunctionCode>9</FunctionCode><InvoiceAmount currencyID='GBQ'>1</InvoiceAmount>"),
              ElementsAre(AllOf(FaultAt(v1::CODE_UNKNOWN, "42A/109", "GBQ"),
                                testing::Field(&Fault::path, "Declaration/InvoiceAmount/@currencyID"))));
  EXPECT_THAT(
      faults_of("<FunctionCode>9</FunctionCode><Submitter><Address><CountryCode>UK</CountryCode></Address>"
                "</Submitter>"),
      ElementsAre(FaultAt(v1::CODE_UNKNOWN, "42A/17B/04A/242", "ISO 3166-1")));
  EXPECT_THAT(
      faults_of("<FunctionCode>9</FunctionCode><CurrencyExchange><CurrencyTypeCode>ABC</CurrencyTypeCode>"
                "</CurrencyExchange>"),
      ElementsAre(FaultAt(v1::CODE_UNKNOWN, "42A/40A[1]/135", "ISO 4217")));
}

TEST(DocumentCheck, WhatMustOccurAndWhatMayOccurIsCounted) {
  EXPECT_THAT(faults_of("<TypeCode>IM</TypeCode>"),
              ElementsAre(FaultAt(v1::ELEMENT_MISSING, "42A/017", "FunctionCode is missing")));
  EXPECT_THAT(faults_of("<FunctionCode/>"),
              ElementsAre(FaultAt(v1::ELEMENT_MISSING, "42A/017", "FunctionCode has no value")));
  EXPECT_THAT(check(v1::MetaData()), ElementsAre(FaultAt(v1::ELEMENT_MISSING, "", "neither a Declaration")));
  v1::MetaData both;
  both.mutable_declaration()->mutable_function_code()->set_value("9");
  both.add_response()->mutable_function_code()->set_value("1");
  both.mutable_response(0)->mutable_declaration();
  EXPECT_THAT(check(both), ElementsAre(FaultAt(v1::ELEMENT_TOO_OFTEN, "", "a Declaration and a Response")));
  v1::MetaData many;
  many.mutable_declaration()->mutable_function_code()->set_value("9");
  auto* shipment = many.mutable_declaration()->mutable_goods_shipment();
  for (int i = 0; i < 1000; ++i) {
    shipment->add_government_agency_goods_item()->mutable_sequence_numeric()->set_value("1");
  }
  EXPECT_THAT(check(many), ElementsAre(FaultAt(v1::ELEMENT_TOO_OFTEN, "42A/67A/68A[1000]", "1000 times")));
}

TEST(DocumentCheck, WhatXmlCannotCarryIsAFaultAndIsWrittenAsAReplacement) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_id()->set_value(std::string("a\x01\xef\xbf\xbf", 5));
  EXPECT_THAT(check(document), ElementsAre(FaultAt(v1::VALUE_FORMAT, "42A/D014", "XML cannot carry")));
  const auto again = parse(write(document, Form::xml), Form::xml, "d.xml");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->declaration().id().value(), "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(DocumentCheck, EveryFaultIsReported) {
  EXPECT_EQ(faults_of("<FunctionCode>abc</FunctionCode><TypeCode>long</TypeCode><GoodsItemQuantity>x"
                      "</GoodsItemQuantity><InvoiceAmount currencyID='XYZ'>1.2345</InvoiceAmount>")
                .size(),
            5u);
}

}  // namespace
}  // namespace gnc::model::document_check_test
