#include "nodes/window/excerpt.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::excerpt_test {
namespace {

const v1::MetaData& declared() {
  static const v1::MetaData document = document_of(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode><TypeCode>IMA</TypeCode>
      <Exporter><Name>A</Name></Exporter><GoodsShipment>
      <GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric><Commodity><Description>milk</Description>
        <InvoiceLine><ItemChargeAmount currencyID="NZD">1</ItemChargeAmount></InvoiceLine></Commodity>
      </GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem><SequenceNumeric>2</SequenceNumeric><Commodity><Description>pumps</Description>
        </Commodity></GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem><SequenceNumeric>3</SequenceNumeric><Commodity><Description>cream</Description>
        </Commodity></GovernmentAgencyGoodsItem>
      <Importer><Name>B</Name><ID>CN1</ID></Importer></GoodsShipment></Declaration></MetaData>)");
  return document;
}

Excerpt excerpt(const std::vector<std::string>& paths) {
  Excerpt made;
  for (const std::string& path : paths) EXPECT_TRUE(made.add(path)) << path;
  return made;
}

TEST(Excerpt, HasWhatIsNamedOfTheItemsThatCount) {
  const std::string item = "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/";
  const v1::Declaration told = excerpt({"Declaration/TypeCode", "Declaration/GoodsShipment/Importer/ID",
                                        item + "SequenceNumeric", item + "Commodity/Description"})
                                   .of(declared().declaration(), {0, 2});
  v1::Declaration expected;
  expected.mutable_type_code()->set_value("IMA");
  v1::GoodsShipment& shipment = *expected.mutable_goods_shipment();
  shipment.mutable_importer()->mutable_id()->set_value("CN1");
  for (const auto& [sequence, description] : {std::pair{"1", "milk"}, {"3", "cream"}}) {
    auto& goods = *shipment.add_government_agency_goods_item();
    goods.mutable_sequence_numeric()->set_value(sequence);
    goods.mutable_commodity()->mutable_description()->set_value(description);
  }
  EXPECT_EQ(told.DebugString(), expected.DebugString());
}

TEST(Excerpt, OfAClassHasAllThatIsInIt) {
  const v1::Declaration told =
      excerpt({"Declaration/GoodsShipment/Importer"}).of(declared().declaration(), {});
  EXPECT_EQ(told.goods_shipment().importer().name().value(), "B");
  EXPECT_EQ(told.goods_shipment().government_agency_goods_item_size(), 0);
  EXPECT_FALSE(told.has_exporter());
}

TEST(Excerpt, OfNothingThatIsThereIsEmpty) {
  EXPECT_EQ(excerpt({"Declaration/Declarant"}).of(declared().declaration(), {1}).ByteSizeLong(), 0u);
}

TEST(Excerpt, TakesElementsOfDeclarationsAlone) {
  Excerpt made;
  for (const char* path : {"Declaration", "Response/Status", "WCOTypeName"}) {
    const auto added = made.add(path);
    ASSERT_FALSE(added) << path;
    EXPECT_EQ(added.error().code, v1::KEY_VALUE) << path;
  }
  EXPECT_EQ(made.add("Declaration/TypCode").error().code, v1::REFERENCE_UNKNOWN);
}

}  // namespace
}  // namespace gnc::window::excerpt_test
