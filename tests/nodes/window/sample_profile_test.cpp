// The profile and the documents of scenarios/single-window.yaml do what their first lines say.

#include <gmock/gmock.h>

#include "tests/nodes/window/window_world.h"

namespace gnc::window::sample_profile_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string scenarios = GNC_SOURCE_DIR "/scenarios/";

struct Sample : testing::Test {
  std::vector<std::string> lodge(const std::string& name) {
    return world.lodge(document_file(scenarios + "documents/import/" + name));
  }
  std::vector<std::string> wait(int milliseconds) {
    return world.wait(Duration::from_milliseconds(milliseconds));
  }

  WindowWorld world{profile_at(scenarios + "profiles/import-single-window.yaml")};
};

TEST_F(Sample, PermitAndQuotaReleaseMilkPowderWhenHealthAgrees) {
  EXPECT_THAT(lodge("milk-powder-with-permit.xml"),
              ElementsAre("01", "13/67 A00 2.00 17425.00 B00 9.00 79980.75"));
  EXPECT_THAT(wait(200), ElementsAre("13/4 A00 2.00 17425.00 B00 9.00 79980.75", "09"));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::permit, "HC-2026-0418"), Decimal(40000));
  EXPECT_EQ(world.window.ledger().used(LedgerEntry::Of::quota, "091234"), Decimal(40000));
}

TEST_F(Sample, MilkPowderWithoutItsPermitIsHeldWithTheReason) {
  EXPECT_THAT(lodge("milk-powder-without-permit.xml"),
              ElementsAre("01", "13/67 A00 10.00 41650.00 B00 9.00 41233.50", "06"));
  EXPECT_EQ(world.last.responses.back().additional_information(0).statement_description().value(),
            "CN/health: item 1: permit HC-2019-0001 is not known");
  EXPECT_THAT(wait(100'000), IsEmpty());
}

TEST_F(Sample, WineIsFreeByItsPreference) {
  EXPECT_THAT(lodge("wine-with-preference.xml"),
              ElementsAre("01", "13/67 A00 0.00 0.00 B00 13.00 19890.00", HasSubstr("13/4"), "09"));
}

TEST_F(Sample, AWatchedConsignorsGoodsAreOpened) {
  EXPECT_THAT(lodge("pumps-from-a-watched-consignor.xml"), ElementsAre("01", HasSubstr("13/67"), "05"));
  EXPECT_THAT(world.last.why, HasSubstr("red at 60 points: watch list consignors 60"));
  EXPECT_EQ(world.last.responses.back().additional_information(0).statement_description().value(),
            "Joint inspection by customs and CN/standards");
  EXPECT_THAT(wait(700), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST_F(Sample, AnIncredibleValueIsLookedIntoWithoutTellingTheTrader) {
  EXPECT_THAT(lodge("pumps-of-hardly-any-value.xml"), ElementsAre("01", HasSubstr("13/67")));
  EXPECT_THAT(wait(300), ElementsAre(HasSubstr("13/4"), "09"));
}

TEST_F(Sample, GoodsThatCannotBePaidForWait) {
  EXPECT_THAT(lodge("pumps-that-cannot-be-paid.xml"), ElementsAre("01", HasSubstr("13/67"), "14"));
}

TEST_F(Sample, AMissingNetMassIsRejectedAtItsPlace) {
  EXPECT_THAT(lodge("pumps-without-net-mass.xml"), ElementsAre("03 SW101 42A/67A/68A[1]/23A/65A/128"));
}

}  // namespace
}  // namespace gnc::window::sample_profile_test
