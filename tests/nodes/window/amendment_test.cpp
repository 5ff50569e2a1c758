#include "nodes/window/amendment.h"

#include <gmock/gmock.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/wco_path.h"
#include "tests/nodes/window/window_world.h"

namespace gnc::window::amendment_test {
namespace {

using testing::ElementsAre;

v1::MetaData original() {
  return document_of(R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
    <GoodsShipment>
      <GovernmentAgencyGoodsItem><SequenceNumeric>7</SequenceNumeric>
        <Commodity><Description>butter</Description></Commodity></GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem><SequenceNumeric>3</SequenceNumeric>
        <Commodity><Description>cheese</Description></Commodity>
        <Packaging><SequenceNumeric>1</SequenceNumeric></Packaging>
        <Packaging><SequenceNumeric>2</SequenceNumeric></Packaging></GovernmentAgencyGoodsItem>
    </GoodsShipment></Declaration></MetaData>)");
}

// A request to amend what the sections with their numbers lead to; "3:68A" is item 3.
v1::MetaData request(const std::vector<std::string>& sections, std::string_view tag,
                     std::string_view content = "") {
  v1::MetaData made =
      document_of(fmt::format("<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>13</"
                              "FunctionCode>{}</Declaration></MetaData>",
                              content));
  v1::Amendment& amendment = *made.mutable_declaration()->add_amendment();
  for (const std::string& section : sections) {
    v1::AmendmentPointer& step = *amendment.add_pointer();
    const std::size_t colon = section.find(':');
    if (colon != std::string::npos) step.mutable_sequence_numeric()->set_value(section.substr(0, colon));
    step.mutable_document_section_code()->set_value(
        section.substr(colon == std::string::npos ? 0 : colon + 1));
  }
  if (!tag.empty()) amendment.mutable_pointer()->rbegin()->mutable_tag_id()->set_value(std::string(tag));
  return made;
}

std::vector<std::string> values(const Result<v1::MetaData>& document, std::string_view path) {
  if (!document) return {describe(document.error())};
  return model::WcoPath::parse(path)->values(*document);
}

constexpr std::string_view descriptions =
    "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Description";

std::string described(int item, std::string_view text) {
  return fmt::format(
      "<GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>{}</SequenceNumeric>"
      "<Commodity><Description>{}</Description></Commodity></GovernmentAgencyGoodsItem></GoodsShipment>",
      item, text);
}

TEST(Amendment, GivesAnElementItsNewValueInTheItemThatBearsTheNumber) {
  EXPECT_THAT(
      values(amended(original(), request({"42A", "67A", "3:68A", "23A"}, "137", described(3, "blue cheese"))),
             descriptions),
      ElementsAre("butter", "blue cheese"));
}

TEST(Amendment, TakesAnElementOutWhereTheRequestHasNone) {
  EXPECT_THAT(values(amended(original(), request({"42A", "67A", "7:68A", "23A"}, "137")), descriptions),
              ElementsAre("cheese"));
}

TEST(Amendment, TakesAWholeClassOut) {
  const auto changed = amended(original(), request({"42A", "67A", "3:68A", "1:93A"}, ""));
  EXPECT_THAT(
      values(changed, "Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Packaging/SequenceNumeric"),
      ElementsAre("2"));
}

TEST(Amendment, MakesWhatWasNotThere) {
  const auto changed =
      amended(original(), request({"42A", "56A"}, "G005", "<ExitOffice><ID>NZTRG</ID></ExitOffice>"));
  EXPECT_THAT(values(changed, "Declaration/ExitOffice/ID"), ElementsAre("NZTRG"));
}

TEST(Amendment, RefusesAPointerThatLeadsNowhere) {
  for (const v1::MetaData& wrong : {request({"42A", "99Z"}, ""), request({"42A", "67A"}, "999"),
                                    request({"07B", "42A"}, ""), request({}, "")}) {
    const auto changed = amended(original(), wrong);
    ASSERT_FALSE(changed.has_value());
    EXPECT_EQ(changed.error().code, v1::ELEMENT_UNKNOWN);
  }
  v1::MetaData none = request({}, "");
  none.mutable_declaration()->clear_amendment();
  EXPECT_EQ(amended(original(), none).error().code, v1::ELEMENT_MISSING);
}

}  // namespace
}  // namespace gnc::window::amendment_test
