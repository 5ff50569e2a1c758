#include "model/document/wco_path.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "tests/model/random_document.h"

namespace gnc::model::wco_path_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::MetaData declaration() {
  auto parsed = parse(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration>
    <FunctionCode>9</FunctionCode><FunctionalReferenceID>LRN-1</FunctionalReferenceID>
    <InvoiceAmount currencyID="NZD">100.00</InvoiceAmount>
    <GoodsShipment><Consignee><Name>Jia &amp; Sons</Name></Consignee>
      <GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
        <Commodity><Description>milk powder</Description></Commodity></GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem><SequenceNumeric>2</SequenceNumeric>
        <Commodity><Description>butter</Description></Commodity></GovernmentAgencyGoodsItem>
    </GoodsShipment></Declaration></MetaData>)",
                      Form::xml, "test.xml");
  EXPECT_TRUE(parsed.has_value());
  return parsed ? *parsed : v1::MetaData();
}

WcoPath path(std::string_view text) {
  auto parsed = WcoPath::parse(text);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : describe(parsed.error()));
  return *parsed;
}

constexpr std::string_view descriptions =
    "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Description";

TEST(WcoPath, GivesEveryValueInTheOrderOfTheDocument) {
  EXPECT_THAT(path(descriptions).values(declaration()), ElementsAre("milk powder", "butter"));
  EXPECT_THAT(path("Declaration/GoodsShipment/Consignee/Name").values(declaration()),
              ElementsAre("Jia & Sons"));
  EXPECT_THAT(path("WCOTypeName").values(declaration()), ElementsAre("DEC"));
}

TEST(WcoPath, PicksTheNthAsFaultsCountThem) {
  const WcoPath second = path("Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity/Description");
  EXPECT_THAT(second.values(declaration()), ElementsAre("butter"));
  EXPECT_THAT(path("Declaration/GoodsShipment/GovernmentAgencyGoodsItem[3]/Commodity/Description")
                  .values(declaration()),
              IsEmpty());
}

TEST(WcoPath, ReadsAnAttribute) {
  EXPECT_THAT(path("Declaration/InvoiceAmount/@currencyID").values(declaration()), ElementsAre("NZD"));
  EXPECT_FALSE(path("Declaration/FunctionCode/@listID").is_in(declaration()));
}

TEST(WcoPath, TellsWhetherAClassIsThereThoughItHasNoValue) {
  EXPECT_TRUE(path("Declaration/GoodsShipment/Consignee").is_in(declaration()));
  EXPECT_FALSE(path("Declaration/GoodsShipment/Consignee").names_value());
  EXPECT_THAT(path("Declaration/GoodsShipment/Consignee").values(declaration()), IsEmpty());
  EXPECT_FALSE(path("Declaration/GoodsShipment/Payer").is_in(declaration()));
}

TEST(WcoPath, KnowsWhichDocumentItIsAbout) {
  EXPECT_EQ(path("Declaration/ID").document_type(), "DEC");
  EXPECT_EQ(path("Response/FunctionCode").document_type(), "RES");
  EXPECT_EQ(path("WCOTypeName").document_type(), "");
}

TEST(WcoPath, MeansTheResponsesOwnDeclarationAndTheOneItIsAbout) {
  v1::MetaData answer;
  v1::Response& response = *answer.add_response();
  response.mutable_declaration()->mutable_id()->set_value("MRN-1");
  response.mutable_original_declaration()->mutable_id()->set_value("MRN-2");
  EXPECT_THAT(path("Response/Declaration/ID").values(answer), ElementsAre("MRN-1", "MRN-2"));
}

TEST(WcoPath, NamesTheNearestRightSpelling) {
  const auto wrong = WcoPath::parse("Declaration/GoodsShipment/Consigne/Name");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, v1::REFERENCE_UNKNOWN);
  EXPECT_THAT(wrong.error().detail, HasSubstr("no element \"Consigne\" in Declaration/GoodsShipment"));
  EXPECT_THAT(wrong.error().remedy, HasSubstr("\"Consignee\""));
  const auto attribute = WcoPath::parse("Declaration/InvoiceAmount/@currency");
  ASSERT_FALSE(attribute.has_value());
  EXPECT_THAT(attribute.error().remedy, HasSubstr("currencyID"));
}

TEST(WcoPath, RefusesWhatIsNoPath) {
  for (const char* text :
       {"", "/", "Declaration/", "Declaration[0]/ID", "Declaration[x]/ID", "Declaration[1/ID",
        "Declaration[1]x/ID", "Declaration/ID/Name", "Declaration/@id"}) {
    EXPECT_FALSE(WcoPath::parse(text).has_value()) << text;
  }
}

TEST(WcoPath, SetsEveryElementThatIsMeant) {
  v1::MetaData document = declaration();
  ASSERT_TRUE(path(descriptions).set(document, "cheese").has_value());
  EXPECT_THAT(path(descriptions).values(document), ElementsAre("cheese", "cheese"));
  ASSERT_TRUE(path("Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity/Description")
                  .set(document, "whey")
                  .has_value());
  EXPECT_THAT(path(descriptions).values(document), ElementsAre("cheese", "whey"));
}

TEST(WcoPath, MakesWhatIsNotThereWithTheClassesThatHoldIt) {
  v1::MetaData document = declaration();
  const WcoPath third = path("Declaration/GoodsShipment/GovernmentAgencyGoodsItem[3]/Commodity/Description");
  ASSERT_TRUE(third.set(document, "casein").has_value());
  EXPECT_THAT(path(descriptions).values(document), ElementsAre("milk powder", "butter", "casein"));
  ASSERT_TRUE(path("Declaration/InvoiceAmount/@currencyID").set(document, "EUR").has_value());
  EXPECT_EQ(document.declaration().invoice_amount().currency_id(), "EUR");
}

TEST(WcoPath, LeavesTheDocumentAsItWasWhereItCannotSet) {
  v1::MetaData document = declaration();
  for (const char* text :
       {"Declaration/GoodsShipment/GovernmentAgencyGoodsItem[9]/Commodity/Description",
        "Declaration/GoodsShipment[2]/Payer/Name", "Declaration/GoodsShipment/Consignee"}) {
    EXPECT_FALSE(path(text).set(document, "x").has_value()) << text;
  }
  EXPECT_EQ(document.SerializeAsString(), declaration().SerializeAsString());
}

TEST(WcoPath, PointsAsTheConformanceCheckDoes) {
  v1::MetaData document = declaration();
  document.mutable_declaration()
      ->mutable_goods_shipment()
      ->mutable_government_agency_goods_item(1)
      ->mutable_commodity()
      ->mutable_description()
      ->set_value(std::string(600, 'x'));
  const auto faults = check(document);
  ASSERT_EQ(faults.size(), 1u);
  const auto pointers = path(faults[0].path).pointers(document);
  ASSERT_EQ(pointers.size(), 1u);
  EXPECT_EQ(pointer_text(pointers[0]), pointer_text(faults[0].pointer));
}

TEST(WcoPath, FindsWhatItSetInAnyDocument) {
  EXPECT_TRUE(rc::check("a value that was set is found", [](std::uint64_t seed) {
    Random random(seed);
    v1::MetaData document = test::random_document(random);
    const auto name = *rc::gen::element<std::string>(
        "Declaration/GoodsShipment/Consignee/Name", "Declaration/FunctionalReferenceID",
        "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/Description");
    const auto set = WcoPath::parse(name);
    RC_ASSERT(set->set(document, "set").has_value());
    for (const std::string& value : set->values(document)) RC_ASSERT(value == "set");
    RC_ASSERT(!set->values(document).empty());
    RC_ASSERT(set->pointers(document).size() == set->values(document).size());
  }));
}

}  // namespace
}  // namespace gnc::model::wco_path_test
