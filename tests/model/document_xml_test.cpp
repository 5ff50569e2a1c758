#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "tests/model/document_documents.h"
#include "tests/model/xml_oracle.h"

namespace gnc::model::document_xml_test {
namespace {

using test::canonical_xml;
using test::declaration_xml;
using test::plain_declaration_xml;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;

v1::MetaData parsed(std::string_view text) {
  auto document = parse(text, Form::xml, "d.xml");
  if (!document) throw std::runtime_error(describe(document.error().at(0)));
  return *document;
}

std::vector<Error> refused(std::string_view text, const ParseLimits& limits = {}) {
  auto document = parse(text, Form::xml, "d.xml", limits);
  return document ? std::vector<Error>{} : document.error();
}

testing::Matcher<Error> error_of(v1::ErrorCode code, const std::string& where, const std::string& detail,
                                 const std::string& remedy = "") {
  return AllOf(Field("code", &Error::code, code), Field("where", &Error::where, where),
               Field("detail", &Error::detail, HasSubstr(detail)),
               Field("remedy", &Error::remedy, HasSubstr(remedy)));
}

TEST(DocumentXml, ValuesAndAttributesAreKeptAsTheyWereWritten) {
  const auto document = parsed(declaration_xml(
      "<FunctionCode> 9\n</FunctionCode><FunctionalReferenceID>A&amp;B &lt;&#x20AC;&#13; "
      "<![CDATA[<raw>]]></FunctionalReferenceID>"
      "<IssueDateTime><ds:DateTimeString formatCode='102'>20260131</ds:DateTimeString></IssueDateTime>"
      "<TypeCode listName='&amp;amp; &#38;&lt;&quot;&#9;'/><InvoiceAmount "
      "currencyID='GBP'>0.00</InvoiceAmount>"));
  const v1::Declaration& declaration = document.declaration();
  EXPECT_EQ(declaration.function_code().value(), " 9\n");
  EXPECT_EQ(declaration.functional_reference_id().value(), "A&B <€\r <raw>");
  EXPECT_EQ(declaration.issue_date_time().value(), "20260131");
  EXPECT_EQ(declaration.issue_date_time().format_code(), "102");
  EXPECT_EQ(declaration.type_code().list_name(), "&amp; &<\"\t");
  EXPECT_EQ(declaration.invoice_amount().value(), "0.00");
  EXPECT_EQ(declaration.invoice_amount().currency_id(), "GBP");
  EXPECT_EQ(parsed(write(document, Form::xml)).SerializeAsString(), document.SerializeAsString());
}

TEST(DocumentXml, AbsentAndEmptyAreTwoThings) {
  const auto document = parsed(declaration_xml("<FunctionCode/><ID schemeID=''></ID>"));
  EXPECT_TRUE(document.declaration().has_function_code());
  EXPECT_TRUE(document.declaration().id().has_scheme_id());
  EXPECT_FALSE(document.declaration().id().has_scheme_name());
  EXPECT_FALSE(document.declaration().has_functional_reference_id());
}

TEST(DocumentXml, WholeShapesOfNamespacesComeBack) {
  const std::string md = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2",
                    dec = "urn:wco:datamodel:WCO:DEC-DMS:2",
                    ds = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2",
                    xsi = "http://www.w3.org/2001/XMLSchema-instance";
  const std::vector<std::string> shapes{
      // Default namespaces everywhere, each where it is needed.
      "<MetaData xmlns='" + md + "'><Declaration xmlns='" + dec +
          "'><FunctionCode>9</FunctionCode><ID>1</ID><IssueDateTime>" + "<DateTimeString xmlns='" + ds +
          "' formatCode='102'>20260101</DateTimeString></IssueDateTime>" +
          "<TypeCode>IM</TypeCode></Declaration></MetaData>",
      // Two prefixes for one namespace, used in turn.
      "<a:MetaData xmlns:a='" + md + "' xmlns:b='" + dec + "' xmlns:c='" + dec + "'><c:Declaration>" +
          "<b:FunctionCode>9</b:FunctionCode><c:ID>1</c:ID></c:Declaration></a:MetaData>",
      // A prefix that changes its meaning half way.
      "<x:MetaData xmlns:x='" + md + "'><x:WCOTypeName>DEC</x:WCOTypeName><x:Declaration xmlns:x='" + dec +
          "'><x:FunctionCode>9</x:FunctionCode></x:Declaration></x:MetaData>",
      // Bare, with a schema location and namespaces that nothing uses.
      "<Declaration xmlns='" + dec + "' xmlns:i='" + xsi + "' xmlns:u='urn:other' i:schemaLocation='a b'>" +
          "<FunctionCode>9</FunctionCode></Declaration>",
      // None at all, with and without MetaData.
      "<MetaData><Response><FunctionCode>11</FunctionCode><Declaration><ID>1</ID></Declaration>" +
          std::string("<Declaration><FunctionCode>9</FunctionCode><TypeCode>IM</TypeCode></Declaration>") +
          "</Response><Response/></MetaData>",
      "<Response xmlns:i='" + xsi +
          "' i:noNamespaceSchemaLocation='r.xsd'><FunctionCode>1</FunctionCode></Response>",
  };
  for (const std::string& shape : shapes) {
    SCOPED_TRACE(shape);
    EXPECT_EQ(canonical_xml(write(parsed(shape), Form::xml)), canonical_xml(shape));
  }
}

TEST(DocumentXml, ContentChangedAfterReadingIsWrittenInTheRightNamespaces) {
  auto document = parsed(
      "<Declaration "
      "xmlns='urn:wco:datamodel:WCO:DEC-DMS:2'><FunctionCode>9</"
      "FunctionCode><IssueDateTime><t:DateTimeString "
      "xmlns:t='urn:wco:datamodel:WCO:Declaration_DS:DMS:2' formatCode='102'>20260101</t:DateTimeString>"
      "</IssueDateTime></Declaration>");
  document.mutable_xml_rendition()->clear_without_metadata();
  document.mutable_declaration()->mutable_acceptance_date_time()->set_value("20260102");
  document.mutable_declaration()->mutable_acceptance_date_time()->set_format_code("102");
  auto again = parsed(write(document, Form::xml));
  again.clear_xml_rendition();
  document.clear_xml_rendition();
  EXPECT_EQ(again.SerializeAsString(), document.SerializeAsString());
}

TEST(DocumentXml, ARenditionFromOutsideCannotInjectMarkup) {
  auto document = parsed(plain_declaration_xml());
  v1::MetaData content = document;
  content.clear_xml_rendition();
  for (const std::string prefix : {"x><Injected/><y", "a b", "xmlns", "xml", "1", "a:b", ""}) {
    auto* own = document.mutable_xml_rendition()->mutable_elements(0);
    own->set_prefix(prefix);
    own->set_schema_location("\"><Injected/>");
    for (const auto known :
         {v1::XML_NAMESPACE_OTHER, v1::XML_NAMESPACE_METADATA, v1::XML_NAMESPACE_DECLARATION}) {
      auto* declared = own->add_namespaces();
      declared->set_prefix(prefix);
      declared->set_known(known);
      declared->set_uri("\"><Injected/>");
    }
    auto again = parsed(write(document, Form::xml));
    again.clear_xml_rendition();
    EXPECT_EQ(again.SerializeAsString(), content.SerializeAsString());
  }
}

TEST(DocumentXml, EveryUnknownElementAndAttributeIsNamedWithItsPlaceAndTheNearestSpelling) {
  const auto errors =
      refused(declaration_xml("<FunctionCode lang='x'>9</FunctionCode>\n"
                              "<FunctionalReferenceId>1</FunctionalReferenceId>\n"
                              "<GoodsShipment>\n"
                              "  <GovernmentAgencyGoodsItem/>\n"
                              "  <GovernmentAgencyGoodsItem><Comodity><Deep/></Comodity>\n"
                              "    <p:Origin xmlns:p='urn:p'/></GovernmentAgencyGoodsItem>\n"
                              "</GoodsShipment>"));
  const std::string item = "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/";
  EXPECT_THAT(errors,
              ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:1", "Declaration/FunctionCode/@lang"),
                          error_of(v1::ELEMENT_UNKNOWN, "d.xml:6:1",
                                   "Declaration/{urn:wco:datamodel:WCO:DEC-DMS:2}"
                                   "FunctionalReferenceId",
                                   "Write FunctionalReferenceID"),
                          error_of(v1::ELEMENT_UNKNOWN, "d.xml:9:30", item, "Write Commodity"),
                          error_of(v1::ELEMENT_UNKNOWN, "d.xml:10:5", item + "{urn:p}Origin",
                                   "Give Origin the namespace urn:wco:datamodel:WCO:DEC-DMS:2")));
}

TEST(DocumentXml, WhatStandsWhereItMayNotIsAnErrorToo) {
  EXPECT_THAT(refused(declaration_xml("<ID>1</ID><FunctionCode>9</FunctionCode>")),
              ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:11", "FunctionCode stands after ID",
                                   "before FunctionalReferenceID")));
  EXPECT_THAT(refused(declaration_xml("<FunctionCode>9</FunctionCode><FunctionCode>9</FunctionCode>")),
              ElementsAre(error_of(v1::ELEMENT_TOO_OFTEN, "d.xml:5:31", "Declaration/FunctionCode")));
  EXPECT_THAT(refused(declaration_xml("<FunctionCode>9<b/></FunctionCode>loose text")),
              ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:16", "Declaration/FunctionCode/"),
                          error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:16", "\"loose text")));
  EXPECT_THAT(refused(declaration_xml("<IssueDateTime>20260101</IssueDateTime>")),
              ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:1", "the text \"20260101\""),
                          error_of(v1::ELEMENT_MISSING, "d.xml:5:1", "holds no DateTimeString")));
  EXPECT_THAT(refused(declaration_xml("<?print now?><FunctionCode>9</FunctionCode>")),
              ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:1", "processing instruction (print)")));
  EXPECT_THAT(
      refused(declaration_xml("<IssueDateTime><DateTimeString formatCode='102'>20260101</DateTimeString>"
                              "</IssueDateTime>")),
      ElementsAre(error_of(v1::ELEMENT_UNKNOWN, "d.xml:5:16", "DateTimeString",
                           "namespace urn:wco:datamodel:WCO:Declaration_DS:DMS:2"),
                  error_of(v1::ELEMENT_MISSING, "d.xml:5:16", "holds no DateTimeString")));
}

TEST(DocumentXml, OneErrorSaysWhereTheTextStopsBeingXml) {
  const auto one = [](std::string_view text) {
    const auto errors = refused(text);
    EXPECT_EQ(errors.size(), 1u);
    return errors.empty() ? Error{} : errors[0];
  };
  EXPECT_THAT(one(""), error_of(v1::DOCUMENT_NOT_WELL_FORMED, "d.xml:1:1", "empty"));
  EXPECT_THAT(one("hello"), error_of(v1::DOCUMENT_NOT_WELL_FORMED, "d.xml:1:1", "'<'"));
  EXPECT_THAT(one("<MetaData>\n<WCOTypeName></MetaData>"),
              error_of(v1::DOCUMENT_NOT_WELL_FORMED, "d.xml:2:25", "WCOTypeName line 2 and MetaData"));
  EXPECT_THAT(one(plain_declaration_xml() + "headers=List((Content-Type))"),
              error_of(v1::DOCUMENT_NOT_WELL_FORMED, "d.xml:8:1", "Extra content"));
  EXPECT_THAT(one("<MetaData><a:WCOTypeName/></MetaData>").detail, HasSubstr("prefix a"));
  EXPECT_THAT(one("<MetaData>&other;</MetaData>").detail, HasSubstr("other"));
  EXPECT_THAT(one("<MetaData><WCOTypeName>\xff</WCOTypeName></MetaData>").detail, HasSubstr("UTF-8"));
  EXPECT_THAT(one(std::string("<MetaData>\n \0</MetaData>", 23)),
              error_of(v1::DOCUMENT_NOT_WELL_FORMED, "d.xml:2:2", "NUL"));
  EXPECT_THAT(one("<?xml version='1.0' encoding='EBCDIC-CP-US'?><MetaData/>").detail,
              HasSubstr("EBCDIC-CP-US"));
  EXPECT_THAT(one("<MetaData/>"), error_of(v1::DOCUMENT_KIND_UNKNOWN, "d.xml:1:1", "neither a Declaration"));
  EXPECT_THAT(one("<CC015C xmlns='urn:ncts'/>"),
              error_of(v1::DOCUMENT_KIND_UNKNOWN, "d.xml:1:1", "{urn:ncts}CC015C"));
}

TEST(DocumentXml, DocumentTypesAndEntitiesAreRefusedBeforeTheyDoAnything) {
  const std::string laughs =
      "<!DOCTYPE m [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
      "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><MetaData>&c;</MetaData>";
  const std::string outside =
      "<!DOCTYPE m [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><MetaData>&x;</MetaData>";
  const std::string elsewhere = "<!DOCTYPE m SYSTEM \"http://127.0.0.1:1/m.dtd\"><MetaData/>";
  const std::string parameter = "<!DOCTYPE m [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]><MetaData/>";
  for (const std::string& text : {laughs, outside, elsewhere, parameter}) {
    EXPECT_THAT(refused(text), ElementsAre(error_of(v1::DOCUMENT_UNSAFE, "d.xml:1:1", "<!DOCTYPE m")));
  }
}

TEST(DocumentXml, SizeAndDepthAreBounded) {
  const std::string large(9u << 20, 'x');
  EXPECT_THAT(refused(declaration_xml("<FunctionCode>" + large + "</FunctionCode>")),
              ElementsAre(error_of(v1::DOCUMENT_TOO_LARGE, "d.xml", "8388608")));
  const std::string most(7u << 20, 'x');
  EXPECT_EQ(parsed(declaration_xml("<FunctionCode>" + most + "</FunctionCode>"))
                .declaration()
                .function_code()
                .value(),
            most);
  std::string deep = "<MetaData>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_THAT(refused(deep), ElementsAre(error_of(v1::DOCUMENT_TOO_LARGE, "d.xml:1:200", "deeper than 64")));
  EXPECT_THAT(refused(plain_declaration_xml(), {.max_bytes = 1u << 20, .max_depth = 2}),
              ElementsAre(error_of(v1::DOCUMENT_TOO_LARGE, "d.xml:5:1", "deeper than 2")));
}

TEST(DocumentXml, TagsWithAFloodOfAttributesAreRefused) {
  std::string flood;
  for (int i = 0; i < 300'000; ++i) flood += " a" + std::to_string(i) + "=''";
  EXPECT_THAT(refused(declaration_xml("<FunctionCode" + flood + ">9</FunctionCode>")),
              ElementsAre(error_of(v1::DOCUMENT_TOO_LARGE, "d.xml:5:1", "more than 1000 equals signs")));
}

TEST(DocumentXml, AFloodOfUnknownElementsIsReportedInBoundedSpace) {
  std::string flood;
  for (int i = 0; i < 200'000; ++i) flood += "<Unknown/>";
  const auto errors = refused(declaration_xml("<FunctionCode>9</FunctionCode>" + flood));
  ASSERT_EQ(errors.size(), 1001u);
  EXPECT_THAT(errors.back().detail, HasSubstr("1000 errors stand before this place"));
}

TEST(DocumentXml, OtherEncodingsOfTheSameTextGiveTheSameDocument) {
  const std::string text = declaration_xml("<FunctionalReferenceID>Kö1</FunctionalReferenceID>");
  const std::string expected = parsed(text).SerializeAsString();
  EXPECT_EQ(parsed("\xef\xbb\xbf" + text).SerializeAsString(), expected);
  std::u16string wide;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\xc3')
      wide += u'ö', ++i;
    else
      wide += static_cast<char16_t>(text[i]);
  }
  std::string little = "\xff\xfe", big = "\xfe\xff";
  for (const char16_t c : wide) {
    little += {static_cast<char>(c & 0xff), static_cast<char>(c >> 8)};
    big += {static_cast<char>(c >> 8), static_cast<char>(c & 0xff)};
  }
  EXPECT_EQ(parsed(little).SerializeAsString(), expected);
  EXPECT_EQ(parsed(big).SerializeAsString(), expected);
  EXPECT_EQ(*guess_form(little, ""), Form::xml);
  std::string latin = text;
  latin.replace(latin.find("UTF-8"), 5, "ISO-8859-1");
  latin.replace(latin.find("ö"), 2, "\xf6");
  EXPECT_EQ(parsed(latin).SerializeAsString(), expected);
  EXPECT_EQ(refused(little + "x").at(0).code, v1::DOCUMENT_NOT_WELL_FORMED);
}

TEST(DocumentXml, PositionsFollowTheElementsOfTheDocument) {
  ElementPositions positions;
  ASSERT_TRUE(parse(declaration_xml("<FunctionCode>9</FunctionCode>\n  <ID\n>ö</ID> <TypeCode/>"), Form::xml,
                    "d", {}, &positions));
  std::vector<std::pair<int, int>> places;
  for (const Position& position : positions.elements) places.emplace_back(position.line, position.column);
  EXPECT_THAT(places, ElementsAre(std::pair{2, 1}, std::pair{3, 1}, std::pair{4, 1}, std::pair{5, 1},
                                  std::pair{6, 3}, std::pair{7, 9}));
}

// Damage of every kind, one after the other: an answer is always given, and never with broken content.
TEST(DocumentXml, DamagedTextIsReadOrRefusedButNeverMisread) {
  const std::string text = declaration_xml(
      "<FunctionCode>9</FunctionCode><InvoiceAmount currencyID=\"GBP\">1.5</InvoiceAmount>"
      "<IssueDateTime><ds:DateTimeString formatCode='102'>20260131</ds:DateTimeString></IssueDateTime>");
  ASSERT_TRUE(rc::check("damaged XML", [&] {
    std::string damaged = text;
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, damaged.size());
      const auto length = std::min(*rc::gen::inRange<std::size_t>(0, 12), damaged.size() - at);
      damaged.replace(at, length, *rc::gen::arbitrary<std::string>());
    }
    const auto document = parse(damaged, Form::xml, "d.xml");
    if (document) {
      auto again = parse(write(*document, Form::xml), Form::xml, "d.xml");
      RC_ASSERT(again);
      RC_ASSERT(again->SerializeAsString() == document->SerializeAsString());
    } else {
      RC_ASSERT(!document.error().empty());
    }
  }));
}

}  // namespace
}  // namespace gnc::model::document_xml_test
