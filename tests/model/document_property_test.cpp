#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/message_differencer.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "tests/model/random_document.h"

namespace gnc::model::document_property_test {
namespace {

using google::protobuf::util::MessageDifferencer;

// Namespaces are noted while reading; the content is what must not change.
v1::MetaData content(v1::MetaData document) {
  document.clear_xml_rendition();
  return document;
}

template <class Property>
void for_random_documents(const std::string& name, Property property) {
  ASSERT_TRUE(rc::check(name, [&](std::uint64_t seed) {
    Random random(seed);
    property(test::random_document(random));
  }));
}

TEST(DocumentProperty, AnyDocumentThroughXmlIsTheSame) {
  for_random_documents("xml", [](const v1::MetaData& document) {
    const auto again = parse(write(document, Form::xml), Form::xml, "x");
    if (!again) RC_FAIL(describe(again.error()[0]));
    std::string difference;
    MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    if (!differencer.Compare(content(document), content(*again))) RC_FAIL(difference);
    RC_ASSERT(again->xml_rendition().without_namespaces() == document.xml_rendition().without_namespaces());
    RC_ASSERT(again->xml_rendition().without_metadata() == document.xml_rendition().without_metadata());
    const auto third = parse(write(*again, Form::xml), Form::xml, "x");
    RC_ASSERT(third && MessageDifferencer::Equals(*third, *again));
  });
}

TEST(DocumentProperty, AnyDocumentThroughJsonIsTheSame) {
  for_random_documents("json", [](const v1::MetaData& document) {
    const auto again = parse(write(document, Form::json), Form::json, "x");
    if (!again) RC_FAIL(describe(again.error()[0]));
    RC_ASSERT(MessageDifferencer::Equals(document, *again));
  });
}

TEST(DocumentProperty, AnyDocumentThroughProtobufIsTheSame) {
  for_random_documents("protobuf", [](const v1::MetaData& document) {
    const auto again = parse(write(document, Form::protobuf), Form::protobuf, "x");
    if (!again) RC_FAIL(describe(again.error()[0]));
    RC_ASSERT(MessageDifferencer::Equals(document, *again));
  });
}

TEST(DocumentProperty, AnyConformantDocumentHasNoFault) {
  for_random_documents("check", [](const v1::MetaData& document) {
    const auto faults = check(document);
    if (!faults.empty()) RC_FAIL(faults[0].path + ": " + faults[0].detail);
  });
}

TEST(DocumentProperty, FieldsOfALaterContractSurvive) {
  Random random(11);
  v1::MetaData document = test::random_document(random);
  document.GetReflection()->MutableUnknownFields(&document)->AddLengthDelimited(900, "later");
  document.mutable_wco_type_name()
      ->GetReflection()
      ->MutableUnknownFields(document.mutable_wco_type_name())
      ->AddVarint(901, 7);
  const auto again = parse(write(document, Form::protobuf), Form::protobuf, "x");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->SerializeAsString(), document.SerializeAsString());
  EXPECT_EQ(again->GetReflection()->GetUnknownFields(*again).field(0).length_delimited(), "later");
}

TEST(DocumentProperty, OtherBytesAreNoSerialisedDocument) {
  const std::string broken = "\x0a\x7f";
  const auto refused = parse(broken, Form::protobuf, "x.pb");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error()[0].code, v1::TYPE_OF_VALUE);
  EXPECT_EQ(refused.error()[0].where, "x.pb");
}

}  // namespace
}  // namespace gnc::model::document_property_test
