#include "nodes/window/inspection.h"

#include <gmock/gmock.h>

#include "tests/nodes/window/window_world.h"

namespace gnc::window::inspection_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view profile = R"(
profile: test
title: Test
illustrative: true
country: GB
risk:
  yellow from: 30
  red from: 60
  watch lists:
    - {name: opened, weight: 60, paths: [Declaration/Exporter/Name], entries: [Red]}
agencies:
  - {agency: GB/health, goods: ["02", "04"], joins inspection: 3h}
  - {agency: GB/standards, goods: ["04"], joins inspection: 1h}
  - {agency: GB/statistics, goods: ["04"]}
control:
  physical: {takes: 2h}
)";
constexpr std::string_view joint = "  joint inspection: {every: 4h}\n";

v1::MetaData declaration(std::string_view exporter, std::string_view code) {
  return document_of(fmt::format(
      R"(<MetaData><WCOTypeName>DEC</WCOTypeName><Declaration><FunctionCode>9</FunctionCode>
      <FunctionalReferenceID>LRN</FunctionalReferenceID><Exporter><Name>{}</Name></Exporter>
      <GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
      <Commodity><Classification><ID>{}</ID></Classification></Commodity></GovernmentAgencyGoodsItem>
      </GoodsShipment></Declaration></MetaData>)",
      exporter, code));
}

Duration hours(int count) { return Duration::from_seconds(count * 3600); }

std::string told(const WindowWorld& world) {
  return world.last.responses.back().additional_information(0).statement_description().value();
}

TEST(Inspection, EachOpensTheGoodsAnewWhereNobodyCoordinates) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration("Red", "04051000")), ElementsAre("01", "05"));
  EXPECT_EQ(told(world), "Inspections by customs, then GB/health, then GB/standards");
  EXPECT_EQ(world.window.next_due(), world.now + hours(2 + 3 + 1));
}

TEST(Inspection, AJointOneIsAsLongAsItsSlowest) {
  WindowWorld world(profile_of(std::string(profile) + std::string(joint)));
  world.now = Instant{} + hours(400'000);
  EXPECT_THAT(world.lodge(declaration("Red", "04051000")), ElementsAre("01", "05"));
  EXPECT_EQ(told(world), "Joint inspection by customs and GB/health and GB/standards");
  EXPECT_THAT(world.last.why, HasSubstr("Joint inspection by customs"));
  EXPECT_EQ(world.window.next_due(), world.now + hours(3));
  EXPECT_THAT(world.wait(hours(3)), ElementsAre("09"));
}

TEST(Inspection, GoodsWaitForTheNextJointOne) {
  WindowWorld world(profile_of(std::string(profile) + std::string(joint)));
  const Instant begins = Instant{} + hours(400'000);
  world.now = begins + Duration{-1};
  world.lodge(declaration("Red", "04051000"));
  EXPECT_EQ(world.window.next_due(), begins + hours(3));
  world.now = begins + Duration{1};
  world.lodge(declaration("Red", "84137000"));
  // Customs alone, four hours after the inspection that the goods have missed.
  EXPECT_TRUE(world.last.responses.back().additional_information().empty());
  EXPECT_THAT(world.wait(hours(4 + 2) - Duration{2}), ElementsAre("09"));
  EXPECT_THAT(world.wait(Duration{1}), ElementsAre("09"));
}

TEST(Inspection, AnOfficerOpensOneAfterTheOtherWhileAgenciesStillLookAtTheFirst) {
  WindowWorld world(profile_of(std::string(profile) + "officers: 1\n"));
  world.lodge(declaration("Red", "04051000"));
  world.lodge(declaration("Red", "04051000"));
  EXPECT_THAT(world.wait(hours(2 + 3 + 1)), ElementsAre("09"));
  EXPECT_EQ(world.window.next_due(), world.now + hours(2));
}

TEST(Inspection, TakesBusinessTimeInTheHoursOfWork) {
  WindowWorld world(profile_of(std::string(profile) + "opening hours: {from: \"08:00\", until: \"09:00\"}\n"),
                    3600);
  world.lodge(declaration("Red", "02023000"));
  // An hour on Monday, and one on Tuesday; then three of the agency, whenever that works.
  EXPECT_EQ(world.window.next_due(), world.now + Duration::from_seconds(24 + 1 + 3));
}

TEST(Inspection, AgenciesOpenNothingThatCustomsDoesNot) {
  WindowWorld world(profile_of(profile));
  EXPECT_THAT(world.lodge(declaration("Green", "04051000")), ElementsAre("01", "09"));
}

TEST(Inspection, AnIntervalOfNoTimeIsRefusedAtItsPlace) {
  const auto read = parse_profile(std::string(profile) + "  joint inspection: {every: 0s}\n", "profile.yaml");
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().size(), 1u);
  EXPECT_THAT(read.error().front().where, HasSubstr("profile.yaml:17:29"));
}

}  // namespace
}  // namespace gnc::window::inspection_test
